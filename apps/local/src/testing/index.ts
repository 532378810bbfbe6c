export { waitingRecords } from "@rainhooks/fleet";
export { applyStageFile, readStageFile } from "../stage-file.ts";
export { bundleHandler } from "./bundle-handler.ts";
export { type DevelopedStage, startDevelopedStage } from "./developed-stage.ts";
export { MAIN_PATH, withoutUnsetWebhooks } from "./main-path.ts";
export { type NeoStage, startNeoStage } from "./neo-stage.ts";
export { type RainmakerStage, startRainmakerStage } from "./rainmaker-stage.ts";
export { runTestFleet, runTestNeoFleet } from "./run-test-fleet.ts";
export {
  ALL_FUNCTIONS,
  functionsWith,
  startStageOn,
  startTestStage,
  type TestStage,
  UNSCHEDULED_FUNCTIONS,
  unscheduledWith,
  webhooksWithTimeout,
} from "./test-stage.ts";
