import { prepareBundles } from "@rainhooks/app-list/bundles";
import { CONTENTS } from "./contents.ts";
import type { StageContents } from "./stack.ts";

export type { FunctionChanges } from "@rainhooks/stack/config/config";
export { makeApp } from "./app.ts";
export type { StageConfig } from "./config.ts";
export { type StageContents, StageStack } from "./stack.ts";
export { loadStages } from "./stages/load-stages.ts";
export { runTask } from "./tasks/tasks.ts";
export { projectIn, type Workplace } from "./tasks/workplace.ts";

/**
 * Returns the functions of a stage with their bundles: those that come with Rainhooks, and your
 * own, which are bundled now.
 */
export async function stageContents(): Promise<StageContents> {
  await prepareBundles();
  return CONTENTS;
}
