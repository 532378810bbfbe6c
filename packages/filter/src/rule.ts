import { EVENT_TYPES, type EventType, type FilterLevel, RainhooksError } from "@rainhooks/core";
import * as v from "valibot";

/** What names a rule: an event type at one entity. */
export interface RuleKey {
  readonly level: FilterLevel;
  /** The user's id, the node's id, or for the system level `system.<event type>`. */
  readonly entityId: string;
  readonly eventType: EventType;
}

/** One filter rule: whether an event of an entity passes, and for which integrations. */
export interface FilterRule extends RuleKey {
  readonly enabled: boolean;
  /** Names of the integrations that get the event; with none listed, none does. */
  readonly integrations: readonly string[];
}

/** The key of a System rule. */
export function systemKey(eventType: EventType): RuleKey {
  return { level: "system", entityId: `system.${eventType}`, eventType };
}

/** A key as one string, for maps. */
export function ruleKeyText(key: RuleKey): string {
  return `${key.level} ${key.entityId} ${key.eventType}`;
}

const caselessLevel = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist(["system", "user", "node"], "entity_type: expected System, User or Node"),
);

/** A rule as RainMaker's `event_filter` API writes it. */
const apiRule = v.pipe(
  v.object({
    event_type: v.picklist(EVENT_TYPES, "event_type: not an event of RainMaker's catalog"),
    entity_id: v.pipe(v.string(), v.nonEmpty()),
    entity_type: caselessLevel,
    enabled: v.boolean(),
    enabled_for_integrations: v.optional(v.array(v.string()), () => []),
  }),
  v.transform(
    (rule): FilterRule => ({
      level: rule.entity_type,
      entityId: rule.entity_id,
      eventType: rule.event_type,
      enabled: rule.enabled,
      integrations: rule.enabled_for_integrations,
    }),
  ),
);

const apiRules = v.union([
  v.array(apiRule),
  v.pipe(
    v.object({ event_entity_mapping_list: v.array(apiRule) }),
    v.transform((answer) => answer.event_entity_mapping_list),
  ),
  v.pipe(
    v.object({ webhooks_endpoints: v.array(apiRule) }),
    v.transform((answer) => answer.webhooks_endpoints),
  ),
]);

/**
 * Reads rules written as RainMaker's `event_filter` API writes them: a list, or a whole answer of the API (under
 * either of the two keys that its documentation uses).
 *
 * @throws {RainhooksError} `rules-invalid` with the place of the first mistake.
 */
export function parseRules(json: unknown): FilterRule[] {
  const list = Array.isArray(json) ? v.safeParse(v.array(apiRule), json) : v.safeParse(apiRules, json);
  if (list.success) return list.output;
  const [issue] = list.issues;
  throw new RainhooksError(
    "rules-invalid",
    `Filter rules cannot be read: ${v.getDotPath(issue) ?? "rules"}: ${issue.message}.`,
    { permanent: true },
  );
}
