import { App, type AppConfig } from "cdktf";
import type { StageConfig } from "./config.ts";
import { type StageContents, StageStack } from "./stack.ts";
import { StateStack } from "./state-stack.ts";

/** The cdktf app: a stack per stage, and one for the bucket that holds their state. */
export function makeApp(
  stages: readonly StageConfig[],
  contents: StageContents,
  options: AppConfig = {},
): App {
  const app = new App(options);
  const buckets = new Map(
    stages.flatMap(({ state }) => (state === "local" ? [] : [[state.bucket, state] as const])),
  );
  const [bucket, ...more] = buckets.values();
  if (more.length > 0) throw new TypeError("Stages keep their state in different buckets; one is enough.");
  if (bucket !== undefined) new StateStack(app, bucket);
  for (const stage of stages) new StageStack(app, stage, contents);
  return app;
}
