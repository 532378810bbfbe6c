export { bytesText, number, ofPlanned } from "./numbers.ts";
export { progressText, sentText, waitText } from "./progress-text.ts";
export { OUTCOME_TEXTS, redrivenText } from "./redrive-text.ts";
export { billText, nothingText, replayEndText, replayPlanText } from "./replay-text.ts";
export { recoveredText, resumePlanText } from "./resume-text.ts";
export { verifiedText } from "./verify-text.ts";
