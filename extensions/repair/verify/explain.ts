import { shortType } from "@rainhooks/core/catalog";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { compareText } from "@rainhooks/node-status/source";
import type { FactModel } from "../facts/fact-model.ts";
import type { WorkJob } from "../work/job.ts";
import { contains, type FactDifference } from "./compare-node.ts";
import { readOutcomes } from "./delivery-outcomes.ts";
import type { ExplainedDifference, ExplainingDelivery } from "./report.ts";

/** Deliveries that are shown of a difference. */
const MAX_DELIVERIES = 5;

/** A delivery that says what differs. */
export interface Evidence {
  /** Index of the difference. */
  readonly difference: number;
  readonly delivery: ExplainingDelivery;
}

/**
 * Finds the deliveries of objects of the archive that say what differs: those of a fact whose value
 * the table does not contain.
 */
export async function explainObjects(
  job: WorkJob,
  keys: readonly string[],
  differences: readonly FactDifference[],
  range: { readonly fromMs: number; readonly toMs: number },
): Promise<Evidence[]> {
  const byFact = new Map(
    differences.map((one, index) => [keyOf(one.nodeId, one.name), { one, index }]),
  );
  const nodeIds = [...new Set(differences.map(({ nodeId }) => nodeId))];
  const found: Evidence[] = [];
  for await (const { key, deliveries } of readOutcomes(job, keys, range, mentioning(nodeIds)))
    for (const one of deliveries) {
      if (!("event" in one)) continue;
      const { id, sentAtMs } = one.delivery;
      const delivery = { id, sentAtMs, type: shortType(one.event.type), key, line: one.line };
      for (const difference of saidBy(one.event, byFact, job.model))
        found.push({ difference, delivery });
    }
  return firstOf(found);
}

/**
 * Returns the indexes of the differences of which an event says what the table does not contain.
 */
function saidBy(
  event: RainmakerEvent,
  byFact: ReadonlyMap<string, { readonly one: FactDifference; readonly index: number }>,
  model: FactModel,
): number[] {
  return model.factsOf(event).flatMap(({ nodeId, name, value }) => {
    const found = byFact.get(keyOf(nodeId, name));
    return found === undefined || isStored(found.one, value, model) ? [] : [found.index];
  });
}

/** Returns the first deliveries of each difference, in the order of the archive, each once. */
export function firstOf(found: readonly Evidence[]): Evidence[] {
  const inOrder = found.toSorted(
    ({ delivery: a }, { delivery: b }) => compareText(a.key, b.key) || a.line - b.line,
  );
  const ids = new Map<number, Set<string>>();
  return inOrder.filter(({ difference, delivery: { id } }) => {
    const seen = ids.get(difference) ?? new Set();
    ids.set(difference, seen);
    return seen.size < MAX_DELIVERIES && seen.size < seen.add(id).size;
  });
}

/** Returns the differences with the first deliveries that say what they are about. */
export function explainDifferences(
  differences: readonly FactDifference[],
  found: readonly Evidence[],
): ExplainedDifference[] {
  const byDifference = Map.groupBy(firstOf(found), ({ difference }) => difference);
  return differences.map((difference, index) => {
    const deliveries = (byDifference.get(index) ?? []).map(({ delivery }) => delivery);
    return { ...difference, deliveries };
  });
}

/** Node ids with more could be written in another way in JSON. */
const PLAIN_ID = /^[\w.:-]+$/;
/** With more ids, decoding a delivery is as quick as looking for each of them. */
const MAX_IDS = 16;

/** Returns whether a delivery can be about one of some nodes, without decoding it. */
function mentioning(nodeIds: readonly string[]): (delivery: Delivery) => boolean {
  if (nodeIds.length > MAX_IDS || !nodeIds.every((id) => PLAIN_ID.test(id))) return () => true;
  return ({ body, attributes }) =>
    nodeIds.some((id) => body.includes(id) || attributes["node_id"] === id);
}

function keyOf(nodeId: string, name: string): string {
  return JSON.stringify([nodeId, name]);
}

/** Returns true if the table contains a value already. */
function isStored({ name, stored }: FactDifference, value: unknown, model: FactModel): boolean {
  return stored !== undefined && contains(name, JSON.parse(stored), value, model);
}
