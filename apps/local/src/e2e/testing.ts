export { type RunResult, runFleet } from "../run.ts";
export { startTestStage, type TestStage } from "./test-stage.ts";
