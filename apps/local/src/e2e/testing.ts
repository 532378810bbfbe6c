export { runFleet, UNSEEN } from "../run.ts";
export { startTestStage } from "./test-stage.ts";
