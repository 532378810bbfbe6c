import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Attributes } from "@rainhooks/dynamodb/key";
import type { Destination, DestinationState } from "../destinations/destination.ts";

/** How a destination has been responding, as all functions together have seen it. */
export interface DestinationHealth {
  /** Failed attempts since the last success. */
  readonly failuresInRow: number;
  /** When the first of them failed, epoch milliseconds; `undefined` if there are none. */
  readonly failingSinceMs: number | undefined;
  /** Number of events that wait for it, because an attempt failed or because it is slow. */
  readonly waiting: number;
  /** Until when it counts as slow, epoch milliseconds. */
  readonly slowUntilMs: number;
}

/** The health of a destination without attempts. */
export const HEALTHY: DestinationHealth = {
  failuresInRow: 0,
  failingSinceMs: undefined,
  waiting: 0,
  slowUntilMs: 0,
};

/**
 * How a destination does: its state, or `failing` if it is active and its last attempt has failed.
 */
export type DestinationCondition = DestinationState | "failing";

export function conditionOf(
  { state }: Pick<Destination, "state">,
  { failuresInRow }: Pick<DestinationHealth, "failuresInRow"> = HEALTHY,
): DestinationCondition {
  return state === "active" && failuresInRow > 0 ? "failing" : state;
}

/** The part of a key that no id of a destination contains. */
const SUFFIX = "#health";

/** Returns the key of the health of a destination, in the table of destinations. */
export function healthKey(id: string): Attributes {
  return { id: { S: `${id}${SUFFIX}` } };
}

/** Returns the id of the destination whose health an item has; `undefined` for any other item. */
export function healthIdOf({ id }: Attributes): string | undefined {
  return id?.S?.endsWith(SUFFIX) ? id.S.slice(0, -SUFFIX.length) : undefined;
}

/** Converts an item. */
export function decodeHealth(item: Attributes): DestinationHealth {
  const { failuresInRow = 0, failingSinceMs, waiting = 0, slowUntilMs = 0 } = unmarshall(item);
  // Messages that come twice are counted twice.
  return { failuresInRow, failingSinceMs, waiting: Math.max(0, waiting), slowUntilMs };
}
