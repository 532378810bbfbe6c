import type { Destination, DestinationState } from "../destinations/destination.ts";
import { type DestinationHealth, HEALTHY } from "./health.ts";

/** How a destination does: its state, or `failing` if it is active and its last attempt has failed. */
export type DestinationCondition = DestinationState | "failing";

export function conditionOf(
  { state }: Pick<Destination, "state">,
  { failuresInRow }: Pick<DestinationHealth, "failuresInRow"> = HEALTHY,
): DestinationCondition {
  return state === "active" && failuresInRow > 0 ? "failing" : state;
}
