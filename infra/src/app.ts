import { App, type AppConfig } from "cdktf";
import type { StageConfig } from "./config.ts";
import { type StageContents, StageStack } from "./stack.ts";
import { StateStack } from "./state-stack.ts";

/** Makes the cdktf app: a stack per stage, and one for the S3 bucket of their Terraform state. */
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
  if (more.length > 0)
    throw new TypeError(
      `The stages use different state buckets (${[...buckets.keys()].join(", ")}). Use the same bucket in all stages.`,
    );
  if (bucket !== undefined) new StateStack(app, bucket);
  for (const stage of stages) new StageStack(app, stage, contents);
  return app;
}
