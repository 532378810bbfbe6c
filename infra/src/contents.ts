import { queryApi } from "@rainhooks/app-query-api/api";
import { WEBHOOKS } from "@rainhooks/app-webhook-list";
import { bundleZip } from "@rainhooks/app-webhook-list/bundles";
import type { StageContents } from "./stack.ts";

/** What the stages of this deployment are made of. */
export const CONTENTS: StageContents = { webhooks: WEBHOOKS, queryApi, bundleZip };
