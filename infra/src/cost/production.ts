import { OTHERS, SHIPPED, WEBHOOKS } from "@rainhooks/app-webhook-list";
import type { StageConfig } from "../config/config.ts";
import { applyChanges, isDeployed } from "../function/deployed.ts";
import { stageOf } from "../stages/stage-file.ts";
import type { BilledFunction } from "./stage-bill.ts";

const stage = stageOf({
  name: "prod",
  region: "us-east-1",
  account: "123456789012",
  production: true,
  stateBucket: "example-state",
  email: "ops@example.com",
  parts: "",
});
const OWN = WEBHOOKS.filter((webhook) => !SHIPPED.includes(webhook));

/** A production stage as `npm run new-stage` makes it, without webhooks of the clone's owner. */
export const PRODUCTION: StageConfig = {
  ...stage,
  functions: {
    ...stage.functions,
    ...Object.fromEntries(OWN.map(({ name }) => [name, { deployed: false }])),
  },
};

/** Its functions, as it changes them. */
export const PRODUCTION_FUNCTIONS: readonly BilledFunction[] = [...SHIPPED, ...OTHERS]
  .filter((one) => isDeployed(PRODUCTION, one))
  .map((one) => applyChanges(one, PRODUCTION.functions?.[one.name]));
