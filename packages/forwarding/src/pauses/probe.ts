import { HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import type { DestinationStore } from "../destinations/destination-store.ts";
import { updateIf } from "../destinations/update-if.ts";
import { type Pause, pauseItemKey } from "./pause.ts";

/** Wait before the first event that is sent to a paused destination. */
export const FIRST_PROBE_MS = MINUTE_MS;
/** Maximum wait between two of them. */
export const MAX_PROBE_MS = HOUR_MS;

/**
 * Claims the next event that is sent to a paused destination to find out whether it responds again. Waits become twice as long each time.
 *
 * @returns Whether this call has claimed it: of many functions, one has.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { claimProbe } from "@rainhooks/forwarding";
 *
 * const store = { client: new DynamoDBClient({}), tableName: "rainhooks-dev-destinations" };
 * const key = { destination: "crm", pauseId: "20261124-081500-0005" };
 * console.log(await claimProbe(store, { ...key, probeAtMs: 60_000 }, 30_000)); // false
 * ```
 */
export async function claimProbe(store: DestinationStore, pause: Pause, nowMs: number): Promise<boolean> {
  const { probeAtMs, probeWaitMs = FIRST_PROBE_MS } = pause;
  if (probeAtMs === undefined || nowMs < probeAtMs) return false;
  const waitMs = Math.min(MAX_PROBE_MS, 2 * probeWaitMs);
  return updateIf(store, pauseItemKey(pause), {
    UpdateExpression: "SET probeAtMs = :next, probeWaitMs = :wait",
    ConditionExpression: "probeAtMs = :before",
    ExpressionAttributeValues: {
      ":next": { N: String(nowMs + waitMs) },
      ":wait": { N: String(waitMs) },
      ":before": { N: String(probeAtMs) },
    },
  });
}
