import { RainhooksError } from "@rainhooks/core/errors";
import type { Destination } from "../destinations/destination.ts";

/** What the ids of events begin with that only test a destination. */
export const TEST_PREFIX = "test_";

/**
 * Returns true for the `webhook-id` of an event that only tests a destination: it is sent in any
 * state of the destination, once.
 */
export function isTest(webhookId: string): boolean {
  return webhookId.startsWith(TEST_PREFIX);
}

/** Returns why a destination gets no events now; `undefined` if it gets them. */
export function refusalOf({
  id,
  state,
  stateReason,
  pausedAtMs,
}: Destination): RainhooksError | undefined {
  if (state === "active") return undefined;
  const since = pausedAtMs === undefined ? "" : ` since ${new Date(pausedAtMs).toISOString()}`;
  const because = stateReason === undefined ? "" : ` (${stateReason})`;
  return new RainhooksError(
    state === "paused" ? "destination-paused" : "destination-disabled",
    `Destination ${id} is ${state}${since}${because}. Resume it, then redrive this dead letter.`,
    { permanent: true },
  );
}
