import type { StageConfig } from "../src/config.ts";

/**
 * The stage that people rely on. Before the first deployment set `accountId`, `alarms` and the state bucket, which
 * the stack `rainhooks-state` makes (docs/deploy.md).
 */
export const prod: StageConfig = {
  name: "prod",
  region: "us-east-1",
  production: true,
  state: { bucket: "rainhooks-state", region: "us-east-1" },
  logRetentionDays: 90,
  webhooks: { hello: { deployed: false } },
};
