import { archive } from "@rainhooks/app-archive/webhook";
import { fleetSamples } from "@rainhooks/app-fleet-samples/scheduled";
import { hello } from "@rainhooks/app-hello/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import type { ScheduledFunction, Webhook, Worker } from "@rainhooks/webhook/define";

/** The webhooks that come with Rainhooks. Tests run these: one of your own may call a real system. */
export const SHIPPED: readonly Webhook[] = [archive, nodeStatus, timeSeries, hello];

/**
 * The webhooks of a stage. The local stage runs, and the infrastructure deploys, what is listed here; the bundle of
 * each is in `apps/<name>/bundle`.
 */
export const WEBHOOKS: readonly Webhook[] = [...SHIPPED];

/** The workers of a stage, to whose queues other functions send; the bundle of each is in `apps/<name>/bundle`. */
export const WORKERS: readonly Worker[] = [];

/** The scheduled functions of a stage; the bundle of each is in `apps/<name>/bundle`. */
export const SCHEDULED: readonly ScheduledFunction[] = [fleetSamples];
