import { EVENT_TYPES, type EventType, type FilterLevel } from "@rainhooks/core/catalog";

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

export function systemKey(eventType: EventType): RuleKey {
  return SYSTEM_KEYS.get(eventType) ?? newSystemKey(eventType);
}

function newSystemKey(eventType: EventType): RuleKey {
  return { level: "system", entityId: `system.${eventType}`, eventType };
}

/** Made once: every event has its System rule looked up. */
const SYSTEM_KEYS = new Map(EVENT_TYPES.map((eventType) => [eventType, newSystemKey(eventType)]));

/** Returns a key as one string, for use in maps. */
export function ruleKeyText(key: RuleKey): string {
  return `${key.level} ${key.entityId} ${key.eventType}`;
}
