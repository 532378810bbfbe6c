import type { StageConfig } from "../src/config.ts";

/**
 * The production stage. Before the first deployment set `accountId`, `alarms` and the name of the state bucket, which the
 * stack `rainhooks-state` creates (docs/deploy.md).
 */
export const prod: StageConfig = {
  name: "prod",
  region: "us-east-1",
  production: true,
  state: { bucket: "rainhooks-state", region: "us-east-1" },
  logRetentionDays: 90,
  webhooks: { hello: { deployed: false } },
};
