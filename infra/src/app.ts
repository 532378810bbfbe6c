import type { S3State } from "@rainhooks/stack/config/config";
import { App, type AppConfig } from "cdktf";
import type { StageConfig } from "./config.ts";
import { type StageContents, StageStack } from "./stack.ts";
import { StateStack } from "./state.ts";

/**
 * Makes the cdktf app: a stack per stage, and one per S3 bucket of their Terraform state.
 *
 * @throws {TypeError} if two stages have the same name, or cannot share a state bucket.
 */
export function makeApp(
  stages: readonly StageConfig[],
  contents: StageContents,
  options: AppConfig = {},
): App {
  const twice = stages.find(
    ({ name }, index) => stages.findIndex((other) => other.name === name) < index,
  );
  if (twice !== undefined)
    throw new TypeError(`Two stages have the name ${twice.name}. Rename one.`);
  const app = new App(options);
  const states = stages.flatMap(({ state }) => (state === "local" ? [] : [state]));
  const buckets = new Map<string, S3State>(states.map((state) => [state.bucket, state]));
  for (const state of buckets.values())
    new StateStack(
      app,
      state,
      stages.filter((stage) => stage.state !== "local" && stage.state.bucket === state.bucket),
    );
  for (const stage of stages) new StageStack(app, stage, contents);
  return app;
}
