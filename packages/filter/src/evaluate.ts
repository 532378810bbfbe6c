import { catalogEntry, type FilterLevel } from "@rainhooks/core/catalog";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { type FilterRule, type RuleKey, systemKey } from "./rule.ts";
import type { RuleLookup } from "./rule-lookup.ts";

/** The data of an event that the filters use. */
export interface FilterSubject {
  readonly type: string;
  readonly userId?: string | undefined;
  readonly nodeIds: readonly string[];
}

/** The decision for a missing rule, per level: `true` lets the event pass. */
export type MissingRules = Readonly<Record<FilterLevel, boolean>>;

/**
 * Decisions for missing rules in RainMaker itself: without a System filter nothing is published,
 * while users and nodes count as enabled until they opt out.
 */
export const PUBLISHER_DEFAULTS: MissingRules = { system: false, user: true, node: true };

/**
 * Decisions for missing rules in a consumer such as a webhook: its events have already passed
 * RainMaker's own filters, so a missing rule lets an event pass.
 */
export const CONSUMER_DEFAULTS: MissingRules = { system: true, user: true, node: true };

/** Why an event passes or not. */
export type DecisionReason =
  /** The event cannot be filtered: RainMaker always publishes it, or its type is unknown. */
  | "not-filterable"
  /** Every level that applies lets it pass. */
  | "passed"
  /** The rule switches the event off. */
  | "disabled"
  /** The rule is on, but not for this integration. */
  | "integration-not-listed"
  /** There is no rule, and the default of the level is to filter the event out. */
  | "no-rule";

/** Whether an event passes, and why. */
export interface Decision {
  readonly pass: boolean;
  readonly reason: DecisionReason;
  /**
   * The level that decided: the first level that filtered the event out, or the last level that was
   * checked.
   */
  readonly level: FilterLevel | undefined;
  /** The rule that decided; `undefined` if a default decided. */
  readonly rule: FilterRule | undefined;
}

/**
 * Decides whether an integration gets an event. Levels are checked in the order System, User, Node:
 * only those that can disable the event according to the catalog, and only until one of them
 * filters the event out.
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

/**
 * Returns the keys of the rules that can apply to an event, in the order in which they are checked.
 */
export function ruleKeysOf(subject: FilterSubject): RuleKey[] {
  const entry = catalogEntry(subject.type);
  if (entry === undefined) return [];
  const eventType = entry.type;
  const keys: RuleKey[] = [];
  for (const level of entry.filterLevels) {
    if (level === "system") keys.push(systemKey(eventType));
    else if (level === "node")
      for (const entityId of subject.nodeIds) keys.push({ level, entityId, eventType });
    else if (subject.userId !== undefined)
      keys.push({ level, entityId: subject.userId, eventType });
  }
  return keys;
}

/** Returns the data of a decoded event that the filters use. */
export function subjectOf(event: RainmakerEvent): FilterSubject {
  return { type: event.type, userId: event.data.userId, nodeIds: nodesOf(event) };
}
