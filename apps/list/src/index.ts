import { archive } from "@rainhooks/app-archive/webhook";
import { hello } from "@rainhooks/app-hello/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { watch } from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { attempts, retries } from "@rainhooks/extensions/forwarding/functions/attempts/workers";
import { forward } from "@rainhooks/extensions/forwarding/functions/forward/webhook";
import { neoEvents } from "@rainhooks/extensions/neo/functions/neo-events/function";
import { storeWork } from "@rainhooks/extensions/repair/functions/store-work/function";
import { fleetSamples } from "@rainhooks/extensions/samples/functions/fleet-samples/scheduled";
import { type FunctionDefinition, triggeredBy, type Webhook } from "@rainhooks/webhook/define-function";
import { OWN } from "./own.ts";
import { queryApi } from "./query-api.ts";

/** The functions that come with Rainhooks. Tests run these: one of your own may call a real system. */
export const SHIPPED: readonly FunctionDefinition[] = [
  archive,
  nodeStatus,
  timeSeries,
  forward,
  hello,
  attempts,
  retries,
  fleetSamples,
  watch,
  queryApi,
  storeWork,
  neoEvents,
];

/**
 * The functions of a stage. The local stage runs, and the infrastructure deploys, what is listed here; the
 * bundle of each is in `apps/<name>/bundle`, or is that of another one (`sameAs`).
 */
export const FUNCTIONS: readonly FunctionDefinition[] = [...SHIPPED, ...OWN];

/** Those that are webhooks. */
export const WEBHOOKS: readonly Webhook[] = triggeredBy(FUNCTIONS, "topics");
export const SHIPPED_WEBHOOKS: readonly Webhook[] = triggeredBy(SHIPPED, "topics");

/** Returns the definition of a webhook; `undefined` if this project has none of that name. */
export function webhookNamed(webhook: string): Webhook | undefined {
  return WEBHOOKS.find(({ name }) => name === webhook);
}
