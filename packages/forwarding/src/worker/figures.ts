import { SECOND_MS } from "@rainhooks/core";
import type { KnownDestinations } from "../destinations/known-destinations.ts";
import type { CheckedDestination } from "./note-health.ts";
import type { DestinationResults } from "./results.ts";
import type { AttemptFigures, AttemptWorkerOptions } from "./worker-options.ts";

/** Returns what a batch says about all destinations together. */
export function figuresOf(
  batch: readonly (DestinationResults & Pick<CheckedDestination, "batches">)[],
  { destinations }: KnownDestinations,
  { nowMs }: Pick<AttemptWorkerOptions, "nowMs">,
): AttemptFigures {
  const made = batch
    .flatMap(({ results }) => results)
    .flatMap(({ item, attempt }) => (attempt === undefined ? [] : [{ item, attempt }]));
  const failed = made.filter(({ attempt }) => attempt.outcome !== "delivered");
  // What waits in the outbox fails nothing. So that a backlog there is seen, a batch counts with its age, delivered or not.
  const waited = batch.flatMap(({ batches, results }) =>
    results.flatMap(({ item, attempt }) =>
      attempt === undefined ? [] : (batches.get(item)?.batch.addedAtMs ?? []),
    ),
  );
  const oldestMs = Math.min(nowMs(), ...waited, ...failed.map(({ item }) => item.value.delivery.sentAtMs));
  return {
    delivered: made.length - failed.length,
    failed: failed.length,
    paused: destinations.filter(({ state }) => state === "paused").length,
    oldestFailedS: Math.max(0, Math.round((nowMs() - oldestMs) / SECOND_MS)),
  };
}
