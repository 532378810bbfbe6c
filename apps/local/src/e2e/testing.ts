export type { Stage } from "../stage.ts";
export { runTestFleet } from "./run-test-fleet.ts";
export { startTestStage } from "./test-stage.ts";
