import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { messageOf } from "@rainhooks/core/errors";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { formatTime, type Line } from "@rainhooks/stage/terminal/format-table";
import { shortenText } from "@rainhooks/stage/terminal/printable";
import {
  type AttemptOutcome,
  type DestinationOutcome,
  deliveryFields,
} from "../routes/outcomes.ts";
import { outcomeText } from "./attempt-view.ts";

const MAX_ERROR = 200;

/** Shows what became of a delivery at each destination. Who may not read that sees the rest. */
export async function deliveryLines(access: StageAccess, delivery: Delivery): Promise<Line[]> {
  try {
    const { destinations } = await deliveryFields(access, delivery);
    return destinations.map((one): Line => ["destination", outcomeLine(one)]);
  } catch (error) {
    return [["destinations", `not known: ${messageOf(error)}`]];
  }
}

/**
 * Says in a line what became of a delivery at a destination: its last attempt, or why there is
 * none.
 */
export function outcomeLine({ id, text, attempts, isGone = false }: DestinationOutcome): string {
  const last = attempts.at(-1);
  return `${id}${isGone ? " (removed)" : ""}: ${last === undefined ? text : attemptText(last)}`;
}

function attemptText({ attempt, atMs, error, nextAtMs, ...outcome }: AttemptOutcome): string {
  const why = error === undefined ? "" : `: ${shortenText(error, MAX_ERROR)}`;
  const next = nextAtMs === undefined ? "" : `; the next one at ${formatTime(nextAtMs)} UTC`;
  return `${outcomeText(outcome)}, attempt ${attempt} at ${formatTime(atMs)} UTC${why}${next}`;
}
