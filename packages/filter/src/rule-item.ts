import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { FilterLevel } from "@rainhooks/core/catalog";
import { isJsonObject } from "@rainhooks/core/json";
import type { RuleHistory, RuleState } from "./history.ts";
import type { FilterRule, RuleKey } from "./rule.ts";

type Item = Record<string, AttributeValue>;

/** A rule with its changes, and how often it was written. */
export interface WrittenRule {
  readonly history: RuleHistory;
  /** 0 before it was written. */
  readonly version: number;
}

/**
 * Start of the known history of a rule whose history is gone: never, so no delivery is judged by
 * the rule.
 */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** Returns the primary key of a rule in the table. */
export function ruleItemKey(key: RuleKey): Item {
  return { entity: { S: `${key.level}#${key.entityId}` }, eventType: { S: key.eventType } };
}

/** Returns the key of an item of the table as a text. */
export function itemKeyText(item: Item): string {
  return `${item["entity"]?.S} ${item["eventType"]?.S}`;
}

/** Converts a rule to an item of the table. */
export function toRuleItem({ history, version }: WrittenRule): Item {
  const { key, states, knownFromMs } = history;
  return {
    ...ruleItemKey(key),
    ...marshall(
      {
        states: states.map(({ fromMs, rule }) => ({ fromMs, ...fieldsOf(rule) })),
        knownFromMs,
        version,
      },
      { removeUndefinedValues: true },
    ),
  };
}

function fieldsOf(rule: FilterRule | undefined) {
  return rule === undefined ? {} : { enabled: rule.enabled, integrations: [...rule.integrations] };
}

/** Converts an item of the table to the rule of `key`. */
export function fromRuleItem(key: RuleKey, item: Item): WrittenRule {
  const { states, knownFromMs, version } = unmarshall(item);
  return {
    history: {
      key,
      states: (Array.isArray(states) ? states : [])
        .filter(isJsonObject)
        .map((state) => toState(key, state)),
      knownFromMs: typeof knownFromMs === "number" ? knownFromMs : NEVER_MS,
    },
    version: Number(version) || 0,
  };
}

function toState(
  key: RuleKey,
  { fromMs, enabled, integrations }: Readonly<Record<string, unknown>>,
): RuleState {
  const rule =
    enabled === undefined
      ? undefined
      : { ...key, enabled: enabled === true, integrations: textsOf(integrations) };
  return { fromMs: Number(fromMs) || 0, rule };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/**
 * Returns the item that says that rules of a level may exist. It is written before the first rule
 * of its level and stays when the last one is deleted. It has only a key, and its entity is that of
 * no rule.
 */
export function levelItem(level: FilterLevel): Item {
  return { entity: { S: LEVELS }, eventType: { S: level } };
}

/** Entity of the items that say which levels have rules. */
const LEVELS = "levels";
