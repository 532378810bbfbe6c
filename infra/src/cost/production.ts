import { SHIPPED } from "@rainhooks/app-list";
import { changedFunctions } from "../deployed.ts";
import { stageOf } from "../stages/stage-file.ts";
import type { BilledFunction } from "./stage-bill.ts";

/** A production stage as `npm run new-stage` makes it. */
export const PRODUCTION = stageOf({
  name: "prod",
  region: "us-east-1",
  account: "123456789012",
  production: true,
  stateBucket: "example-state",
  email: "ops@example.com",
  parts: "",
});

/** Its functions, as it changes them, without those of the clone's owner. */
export const PRODUCTION_FUNCTIONS: readonly BilledFunction[] = changedFunctions(PRODUCTION, SHIPPED);
