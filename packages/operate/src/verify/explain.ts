import { type Delivery, type RainmakerEvent, shortType } from "@rainhooks/core";
import type { FactModel } from "@rainhooks/sinks";
import type { FactDifference } from "./compare-node.ts";
import { type JudgedWebhook, type JudgeParts, judgedDeliveries } from "./judged-deliveries.ts";
import type { ExplainedDifference, ExplainingDelivery } from "./report.ts";
import { stableText } from "./stable-text.ts";

const MAX_DELIVERIES = 5;

/** Finds the archived deliveries that say what differs: those of a fact whose value the table does not contain. */
export async function explain(
  differences: readonly FactDifference[],
  range: { readonly fromMs: number; readonly toMs: number },
  parts: JudgeParts & { readonly model: FactModel; readonly webhook: JudgedWebhook },
): Promise<ExplainedDifference[]> {
  const { model, webhook } = parts;
  const found = new Map<FactDifference, ExplainingDelivery[]>(differences.map((one) => [one, []]));
  if (differences.every(({ archived }) => archived === undefined)) return listed(found);
  const byFact = new Map(differences.map((one) => [keyOf(one.nodeId, one.name), one]));
  const add = (difference: FactDifference, delivery: ExplainingDelivery) => {
    const list = found.get(difference) ?? [];
    if (list.length < MAX_DELIVERIES && !list.some(({ id }) => id === delivery.id)) list.push(delivery);
  };
  const nodeIds = [...new Set(differences.map(({ nodeId }) => nodeId))];
  for await (const { key, deliveries } of judgedDeliveries(range, webhook, parts, mentioning(nodeIds))) {
    for (const one of deliveries) {
      if (!("event" in one)) continue;
      const { id, sentAtMs } = one.delivery;
      for (const difference of saidBy(one.event, byFact, model))
        add(difference, { id, sentAtMs, type: shortType(one.event.type), key, line: one.line });
    }
  }
  return listed(found);
}

/** Node ids with more could be written in another way in JSON. */
const PLAIN_ID = /^[\w.:-]+$/;
/** With more ids, decoding a delivery is as quick as looking for each of them. */
const MAX_IDS = 16;

/** Returns whether a delivery can be about one of some nodes, without decoding it. */
function mentioning(nodeIds: readonly string[]): (delivery: Delivery) => boolean {
  if (nodeIds.length > MAX_IDS || !nodeIds.every((id) => PLAIN_ID.test(id))) return () => true;
  return ({ body, attributes }) => nodeIds.some((id) => body.includes(id) || attributes["node_id"] === id);
}

/** Returns the differences of which an event says what the table does not contain. */
function saidBy(
  event: RainmakerEvent,
  byFact: ReadonlyMap<string, FactDifference>,
  model: FactModel,
): FactDifference[] {
  return model.factsOf(event).flatMap(({ nodeId, name, value }) => {
    const difference = byFact.get(keyOf(nodeId, name));
    return difference === undefined || isStored(difference, value, model) ? [] : [difference];
  });
}

function listed(found: ReadonlyMap<FactDifference, readonly ExplainingDelivery[]>): ExplainedDifference[] {
  return [...found].map(([difference, deliveries]) => ({ ...difference, deliveries }));
}

function keyOf(nodeId: string, name: string): string {
  return JSON.stringify([nodeId, name]);
}

/** Returns true if the table contains a value already. */
function isStored({ name, stored }: FactDifference, value: unknown, { join }: FactModel): boolean {
  if (stored === undefined) return false;
  const whole: unknown = JSON.parse(stored);
  return stableText(join(name, whole, value)) === stableText(join(name, whole, whole));
}
