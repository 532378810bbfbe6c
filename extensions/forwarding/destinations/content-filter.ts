import { inputError, RainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { Destination } from "./destination.ts";

/** Returns the attributes of a node. */
type AttributesOf = (nodeId: string) => NodeAttributes | undefined;

/** Returns whether the condition of a destination holds for an event; always true without one. */
export type ContentFilter = (
  destination: Pick<Destination, "where">,
  event: RainmakerEvent,
  attributesOf: AttributesOf,
) => boolean;

/**
 * Loads the evaluator of conditions if one of the destinations has a condition. A condition is
 * false for an event without a value that the condition reads.
 *
 * @param maxRead Characters of events that conditions may read. Then an event of which they would
 * read much is refused with a transient error, before any condition is asked.
 */
export async function contentFilter(
  destinations: readonly Pick<Destination, "where">[],
  maxRead = Number.POSITIVE_INFINITY,
): Promise<ContentFilter> {
  if (destinations.every(({ where }) => where === undefined)) return () => true;
  const { charactersRead, holdsForEvent } = await import("@rainhooks/conditions/condition");
  let left = maxRead;
  let begun: RainmakerEvent | undefined;
  return ({ where }, event, attributesOf) => {
    if (where === undefined) return true;
    const read = charactersRead(where, event);
    if (left < 0 && read > MAX_CHEAP && event !== begun) throw TOO_MUCH;
    begun = event;
    left -= read;
    return holdsForEvent(where, { event, attributesOf }) === true;
  };
}

/** A condition is always evaluated if it reads at most this number of characters. */
const MAX_CHEAP = 1_000_000;
const TOO_MUCH = new RainhooksError(
  "not-attempted",
  "The conditions of destinations have read so much of other events that this one comes again.",
);

/** Returns whether a condition reads attributes of a node. */
export function asksForNode({ where }: Pick<Destination, "where">): boolean {
  return where !== undefined && /\bnode\b/.test(where);
}

/**
 * Refuses a condition that cannot be evaluated.
 *
 * @throws {RainhooksError} `input-invalid`, with what is wrong.
 */
export async function checkCondition({ where }: Pick<Destination, "where">): Promise<void> {
  if (where === undefined) return;
  const { conditionMistake } = await import("@rainhooks/conditions/language");
  const mistake = conditionMistake(where, "event");
  if (mistake !== undefined) throw inputError({ field: "where", problem: `${mistake}.` });
}
