import type { FilterRule } from "@rainhooks/filter/rule";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { EventTruth, PublishedFleetMessage } from "../message.ts";

/** The expected outcome of the published messages at one webhook, by SNS message id. */
export interface Expectation {
  readonly delivered: ReadonlyMap<string, EventTruth | undefined>;
  readonly filtered: ReadonlySet<string>;
  readonly deadLettered: ReadonlySet<string>;
}

/**
 * Returns the expected outcome of each published message at a webhook: delivered, filtered out, or (if it
 * cannot be decoded) in the dead-letter queue. A webhook that is not filtered gets everything.
 */
export function expectAt(
  webhook: Webhook,
  published: readonly PublishedFleetMessage[],
  rules: readonly FilterRule[],
  integration: string,
): Expectation {
  const delivered = new Map<string, EventTruth | undefined>();
  const filtered = new Set<string>();
  const deadLettered = new Set<string>();
  for (const { id, message } of published) {
    if (!webhook.events.includes(message.type)) continue;
    if (!webhook.filtered) delivered.set(id, message.truth);
    else if (message.truth === undefined) deadLettered.add(id);
    else if (isFiltered(message.truth, rules, integration)) filtered.add(id);
    else delivered.set(id, message.truth);
  }
  return { delivered, filtered, deadLettered };
}

/**
 * An independent, simple implementation of the filter: any rule of the event's system, user or node can
 * filter it out.
 */
function isFiltered(truth: EventTruth, rules: readonly FilterRule[], integration: string): boolean {
  const entities = new Set([`system.${truth.type}`, truth.userId, ...truth.nodeIds]);
  return rules.some(
    (rule) =>
      rule.eventType === truth.type &&
      entities.has(rule.entityId) &&
      !(rule.enabled && rule.integrations.includes(integration)),
  );
}
