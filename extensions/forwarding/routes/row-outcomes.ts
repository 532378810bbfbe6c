import { mapLimited } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { StageAccess } from "@rainhooks/stage/reached";
import type { RowOutcome } from "@rainhooks/stage/routes/answers";
import type { Attempt } from "../attempts/attempt.ts";
import { type AttemptReader, attemptsOfEvent } from "../attempts/read-attempts.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";
import { forwardingOf } from "../operations/forwarding-of.ts";
import { attemptsOfDelivery } from "./delivery-attempts.ts";

const READS_AT_ONCE = 16;

/** Returns what came of deliveries at destinations that were tried: up to four queries for each delivery. */
export async function outcomes(
  reached: StageAccess,
  deliveries: readonly Delivery[],
): Promise<readonly (readonly RowOutcome[])[]> {
  const { tables } = reached.outputs;
  if ([attemptsTable, destinationsTable].some(({ name }) => tables[name] === undefined)) return [];
  const { log } = forwardingOf(reached);
  return mapLimited(deliveries, READS_AT_ONCE, (delivery) => outcomesOf(log, delivery));
}

async function outcomesOf(log: AttemptReader, delivery: Delivery): Promise<RowOutcome[]> {
  const decoded = decode(delivery);
  if (decoded.kind !== "event") return [];
  const all = await attemptsOfDelivery((id) => attemptsOfEvent(log, id), decoded.event);
  return [...all].map(([to, attempts]) => ({ to, state: stateOf(attempts) }));
}

function stateOf(attempts: readonly Attempt[]): RowOutcome["state"] {
  if (attempts.some(({ outcome }) => outcome === "delivered")) return "delivered";
  return attempts.at(-1)?.nextAtMs === undefined ? "failed" : "waiting";
}
