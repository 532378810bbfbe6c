import { archive } from "@rainhooks/app-archive/webhook";
import { hello } from "@rainhooks/app-hello/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { rounds } from "@rainhooks/app-rounds/scheduled";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import type { ProjectContents } from "@rainhooks/stage/functions";
import {
  type FunctionDefinition,
  triggeredBy,
  type Webhook,
} from "@rainhooks/webhook/define-function";
import { EXTENSIONS, SHIPPED_EXTENSIONS } from "./extensions.ts";
import { PROJECT_EXTENSIONS } from "./project-extensions.ts";
import { queryApi } from "./query-api.ts";
import { refuseRepeated } from "./refuse-repeated.ts";

const ALL: readonly FunctionDefinition[] = [
  archive,
  nodeStatus,
  timeSeries,
  ...SHIPPED_EXTENSIONS.flatMap(({ functions }) => functions),
  rounds,
  hello,
  queryApi,
];

/**
 * The functions that come with Rainhooks, by their triggers. Tests run these, because a function of
 * your own may call a real system.
 */
export const SHIPPED: readonly FunctionDefinition[] = (
  ["topics", "queue", "rate", "url", "invocation"] as const
).flatMap((trigger) => triggeredBy(ALL, trigger));

/**
 * The functions of a stage. The local stage runs, and the infrastructure deploys, what is listed
 * here; the bundle of each is in `apps/<name>/bundle`, or is that of another one (`sameAs`).
 */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  ...SHIPPED,
  ...PROJECT_EXTENSIONS.flatMap(({ functions }) => functions),
];
refuseRepeated("functions", FUNCTIONS);

/** What operations are told of this project. */
export const PROJECT: ProjectContents = { functions: FUNCTIONS, extensions: EXTENSIONS };

/** Those that are webhooks. */
export const WEBHOOKS: readonly Webhook[] = triggeredBy(FUNCTIONS, "topics");
export const SHIPPED_WEBHOOKS: readonly Webhook[] = triggeredBy(SHIPPED, "topics");
