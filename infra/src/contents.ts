import { queryApi } from "@rainhooks/app-query-api/api";
import { WEBHOOKS } from "@rainhooks/app-webhooks";
import { bundleZip } from "@rainhooks/app-webhooks/bundles";
import type { StageContents } from "./stack.ts";

/** What the stages of this deployment are made of. */
export const CONTENTS: StageContents = { webhooks: WEBHOOKS, queryApi, bundleZip };
