import { catalogEntry, type FilterLevel, nodesOf, type RainmakerEvent } from "@rainhooks/core";
import { type FilterRule, type RuleKey, systemKey } from "./rule.ts";

/** What a filter needs to know of an event. */
export interface FilterSubject {
  readonly type: string;
  readonly userId?: string | undefined;
  readonly nodeIds: readonly string[];
}

/** Finds the rule of a key, if there is one. */
export type RuleLookup = (key: RuleKey) => FilterRule | undefined;

/** What a missing rule means, per level: `true` lets the event pass. */
export type MissingRules = Readonly<Record<FilterLevel, boolean>>;

/**
 * Defaults of a publisher, that is RainMaker itself: nothing is published until a System filter is created, while
 * users and nodes count as enabled until they opt out.
 */
export const PUBLISHER_DEFAULTS: MissingRules = { system: false, user: true, node: true };

/**
 * Defaults of a consumer: what reaches it has passed RainMaker's own filters, so a rule it does not know of does not
 * hold an event back.
 */
export const CONSUMER_DEFAULTS: MissingRules = { system: true, user: true, node: true };

/** Why an event passes or not. */
export type DecisionReason =
  /** The event cannot be filtered: RainMaker always publishes it, or does not know it. */
  | "not-filterable"
  /** Every level that applies lets it pass. */
  | "passed"
  /** The rule switches the event off. */
  | "disabled"
  /** The rule is on, but not for this integration. */
  | "integration-not-listed"
  /** There is no rule, and the default of its level holds the event back. */
  | "no-rule";

/** A decision that can explain itself. */
export interface Decision {
  readonly pass: boolean;
  readonly reason: DecisionReason;
  /** The level that decided: the first one to hold the event back, or the last one asked. */
  readonly level: FilterLevel | undefined;
  /** The rule that decided, if it was one and not a default. */
  readonly rule: FilterRule | undefined;
}

/**
 * Decides whether an integration gets an event: System first, then User, then Node, each asked only if the one before
 * lets the event pass and only if the catalog says that the event can be disabled there.
 *
 * @example
 * const decision = evaluate(subjectOf(event), lookup, "rainhooks-dev", CONSUMER_DEFAULTS);
 * if (!decision.pass) log(`held back at ${decision.level}: ${decision.reason}`);
 */
export function evaluate(
  subject: FilterSubject,
  lookup: RuleLookup,
  integration: string,
  missing: MissingRules,
): Decision {
  let last: Decision = { pass: true, reason: "not-filterable", level: undefined, rule: undefined };
  for (const key of ruleKeysOf(subject)) {
    last = decideLevel(key.level, lookup(key), integration, missing);
    if (!last.pass) return last;
  }
  return last;
}

function decideLevel(
  level: FilterLevel,
  rule: FilterRule | undefined,
  integration: string,
  missing: MissingRules,
): Decision {
  if (rule === undefined) {
    const pass = missing[level];
    return { pass, reason: pass ? "passed" : "no-rule", level, rule };
  }
  if (!rule.enabled) return { pass: false, reason: "disabled", level, rule };
  const pass = rule.integrations.includes(integration);
  return { pass, reason: pass ? "passed" : "integration-not-listed", level, rule };
}

/** The rules that can apply to an event, in the order in which they are asked. */
export function ruleKeysOf(subject: FilterSubject): RuleKey[] {
  const entry = catalogEntry(subject.type);
  if (entry === undefined) return [];
  const eventType = entry.type;
  const entities: Record<FilterLevel, readonly RuleKey[]> = {
    system: [systemKey(eventType)],
    user: subject.userId === undefined ? [] : [{ level: "user", entityId: subject.userId, eventType }],
    node: subject.nodeIds.map((entityId) => ({ level: "node", entityId, eventType })),
  };
  return entry.filterLevels.flatMap((level) => entities[level]);
}

/** What the filter needs to know of a decoded event. */
export function subjectOf(event: RainmakerEvent): FilterSubject {
  return { type: event.type, userId: event.data.userId, nodeIds: nodesOf(event) };
}
