import { queryApi } from "@rainhooks/app-query-api/api";
import { storeWork } from "@rainhooks/app-store-work/function";
import { SCHEDULED, WEBHOOKS, WORKERS } from "@rainhooks/app-webhook-list";
import { bundleZip } from "@rainhooks/app-webhook-list/bundles";
import type { StageContents } from "./stack.ts";

/** The webhooks, the workers, the scheduled functions, the query API, the function for parts of verifications and rebuilds, and their bundles, as all stages of this deployment use them. */
export const CONTENTS: StageContents = {
  webhooks: WEBHOOKS,
  workers: WORKERS,
  scheduled: SCHEDULED,
  queryApi,
  storeWork,
  bundleZip,
};
