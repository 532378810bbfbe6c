import { EVENT_TYPES, type EventType, type FilterLevel, RainhooksError } from "@rainhooks/core";
import * as v from "valibot";

/** Identifies a rule: an event type of one entity. */
export interface RuleKey {
  readonly level: FilterLevel;
  /** The user id, the node id, or `system.<event type>` for the system level. */
  readonly entityId: string;
  readonly eventType: EventType;
}

/** A filter rule: whether an event of an entity passes, and for which integrations. */
export interface FilterRule extends RuleKey {
  readonly enabled: boolean;
  /** Names of the integrations that get the event. If the list is empty, no integration gets it. */
  readonly integrations: readonly string[];
}

/**
 * Returns the key of a System rule.
 *
 * @example
 * ```ts
 * import { systemKey } from "@rainhooks/filter";
 *
 * console.log(systemKey("rmaker.event.alert").entityId); // system.rmaker.event.alert
 * ```
 */
export function systemKey(eventType: EventType): RuleKey {
  return SYSTEM_KEYS.get(eventType) ?? newSystemKey(eventType);
}

function newSystemKey(eventType: EventType): RuleKey {
  return { level: "system", entityId: `system.${eventType}`, eventType };
}

/** Made once: every event has its System rule looked up. */
const SYSTEM_KEYS = new Map(EVENT_TYPES.map((eventType) => [eventType, newSystemKey(eventType)]));

/**
 * Returns a key as one string, for use in maps.
 *
 * @example
 * ```ts
 * import { ruleKeyText } from "@rainhooks/filter";
 *
 * const key = { level: "node", entityId: "kitchen", eventType: "rmaker.event.node_connected" } as const;
 * console.log(ruleKeyText(key)); // node kitchen rmaker.event.node_connected
 * ```
 */
export function ruleKeyText(key: RuleKey): string {
  return `${key.level} ${key.entityId} ${key.eventType}`;
}

const caseInsensitiveLevel = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.picklist(["system", "user", "node"], "entity_type: expected System, User or Node"),
);

/** A rule as RainMaker's `event_filter` API writes it. */
const apiRule = v.pipe(
  v.object({
    event_type: v.picklist(EVENT_TYPES, "event_type: not an event of RainMaker's catalog"),
    entity_id: v.pipe(v.string(), v.nonEmpty()),
    entity_type: caseInsensitiveLevel,
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
    v.transform((response) => response.event_entity_mapping_list),
  ),
  v.pipe(
    v.object({ webhooks_endpoints: v.array(apiRule) }),
    v.transform((response) => response.webhooks_endpoints),
  ),
]);

/**
 * Parses rules in the format of RainMaker's `event_filter` API: a list, or a whole response with the list under one of the
 * two keys that the API documentation uses.
 *
 * @throws {RainhooksError} `rules-invalid`; the message contains the path of the first invalid value.
 *
 * @example
 * ```ts
 * import { parseRules } from "@rainhooks/filter";
 *
 * const [rule] = parseRules([
 *   { event_type: "rmaker.event.node_connected", entity_id: "kitchen", entity_type: "Node", enabled: false },
 * ]);
 * console.log(rule?.level, rule?.entityId, rule?.enabled); // node kitchen false
 * ```
 */
export function parseRules(json: unknown): FilterRule[] {
  const list = Array.isArray(json) ? v.safeParse(v.array(apiRule), json) : v.safeParse(apiRules, json);
  if (list.success) return list.output;
  const [issue] = list.issues;
  throw new RainhooksError(
    "rules-invalid",
    `The filter rules are invalid: ${v.getDotPath(issue) ?? "rules"}: ${issue.message}.`,
    { permanent: true },
  );
}
