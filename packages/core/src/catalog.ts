/**
 * The event catalog: what RainMaker publishes, on which SNS topic, and at which filter levels an
 * event can be disabled.
 *
 * Source: the table in the README of espressif/esp-rainmaker-webhooks and its template (commit
 * d1e26c0). The last row is subscribed by that template but missing from its table; its type and
 * topic follow the naming of the others and are marked `inferred`.
 */
interface CatalogRow {
  /** `EventType` of the message. */
  readonly type: `rmaker.event.${string}` | `rainhooks.event.${string}`;
  /** Name of the SNS topic, not its ARN. */
  readonly topic: `esp_rainmaker_sns_${string}` | `rainhooks_${string}`;
  /** True for an event that a stage derives from others, and publishes on a topic of its own. */
  readonly derived?: true;
  /** The filter levels that can disable the event. User and Node always come together. */
  readonly filterLevels: readonly FilterLevel[];
  /** Names that earlier RainMaker releases used for the same event. */
  readonly formerTypes?: readonly string[];
  readonly formerTopics?: readonly string[];
  /** True when no public source shows the names. */
  readonly inferred?: boolean;
}

/** The levels of filter rules, the one with the highest priority first. */
export const FILTER_LEVELS = ["system", "user", "node"] as const;

/** A level of RainMaker's filters. They are evaluated in this order: system, user, node. */
export type FilterLevel = (typeof FILTER_LEVELS)[number];

const EVERY_LEVEL = ["system", "user", "node"] as const;
const SYSTEM_ONLY = ["system"] as const;
const NO_LEVEL = [] as const;

/** The event catalog, in the order of RainMaker's own table. */
export const CATALOG = [
  {
    type: "rmaker.event.node_connected",
    topic: "esp_rainmaker_sns_node_connected",
    filterLevels: EVERY_LEVEL,
  },
  {
    type: "rmaker.event.node_disconnected",
    topic: "esp_rainmaker_sns_node_disconnected",
    filterLevels: EVERY_LEVEL,
  },
  {
    type: "rmaker.event.user_node_sharing_add",
    topic: "esp_rainmaker_sns_user_node_sharing_add",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.user_node_added",
    topic: "esp_rainmaker_sns_user_node_added",
    filterLevels: SYSTEM_ONLY,
    formerTypes: ["rmaker.event.user_node_associated"],
    formerTopics: ["esp_rainmaker_sns_user_node_association"],
  },
  {
    type: "rmaker.event.user_node_removed",
    topic: "esp_rainmaker_sns_user_node_removed",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.node_params_changed",
    topic: "esp_rainmaker_sns_node_parameter_modified",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.alert",
    topic: "esp_rainmaker_sns_node_alert",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.node_automation_trigger",
    topic: "esp_rainmaker_sns_automation_triggered",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.user_node_group_sharing_add",
    topic: "esp_rainmaker_sns_user_node_group_sharing_add",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.user_node_group_added",
    topic: "esp_rainmaker_sns_user_node_group_added",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.user_node_group_removed",
    topic: "esp_rainmaker_sns_user_node_group_removed",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.node_registered",
    topic: "esp_rainmaker_sns_node_registration",
    filterLevels: NO_LEVEL,
  },
  {
    type: "rmaker.event.admin_user_added",
    topic: "esp_rainmaker_sns_admin_user_added",
    filterLevels: NO_LEVEL,
  },
  {
    type: "rmaker.event.new_tags_added",
    topic: "esp_rainmaker_sns_new_tags_added",
    filterLevels: NO_LEVEL,
  },
  {
    type: "rmaker.event.existing_tags_attached",
    topic: "esp_rainmaker_sns_existing_tags_attached",
    filterLevels: NO_LEVEL,
  },
  {
    type: "rmaker.event.node_config_changed",
    topic: "esp_rainmaker_sns_node_config_modified",
    filterLevels: EVERY_LEVEL,
  },
  {
    type: "rmaker.event.user_node_ota",
    topic: "esp_rainmaker_sns_user_node_ota",
    filterLevels: EVERY_LEVEL,
  },
  {
    type: "rmaker.event.node_ts_data",
    topic: "esp_rainmaker_sns_node_ts_data",
    filterLevels: SYSTEM_ONLY,
  },
  {
    type: "rmaker.event.user_node_sharing_remove",
    topic: "esp_rainmaker_sns_user_node_sharing_remove",
    filterLevels: NO_LEVEL,
    inferred: true,
  },
  {
    type: "rainhooks.event.node_session_ended",
    topic: "rainhooks_node_session_ended",
    filterLevels: NO_LEVEL,
    derived: true,
  },
  {
    type: "rainhooks.event.alarm_changed",
    topic: "rainhooks_alarm_changed",
    filterLevels: NO_LEVEL,
    derived: true,
  },
] as const satisfies readonly CatalogRow[];

/** An event type of the catalog. */
export type EventType = (typeof CATALOG)[number]["type"];

/** A row of the catalog. */
export type CatalogEntry = CatalogRow & { readonly type: EventType };

/** All event types of the catalog. */
export const EVENT_TYPES: readonly EventType[] = CATALOG.map((row) => row.type);

/** Returns true for an event that a stage derives from others. Nothing is derived from it. */
export function isDerived(type: EventType): boolean {
  return catalogEntry(type).derived === true;
}

const PREFIX = /^(?:rmaker|rainhooks)\.event\./;

/**
 * Returns an event type without the prefix `rmaker.event.` or `rainhooks.event.`, for texts that
 * people read.
 *
 * @example
 * ```ts
 * import { shortType } from "@rainhooks/webhook/events";
 *
 * console.log(shortType("rmaker.event.node_connected")); // node_connected
 * ```
 */
export function shortType(type: string): string {
  return type.replace(PREFIX, "");
}

/**
 * Returns the types of the events that RainMaker publishes, without their prefix: what people type.
 */
export function publishedNames(): string[] {
  return EVENT_TYPES.filter((type) => !isDerived(type)).map(shortType);
}

const byType = new Map<string, CatalogEntry>();
const byTopic = new Map<string, CatalogEntry>();
for (const row of CATALOG as readonly CatalogEntry[]) {
  for (const type of [row.type, ...(row.formerTypes ?? [])]) byType.set(type, row);
  for (const topic of [row.topic, ...(row.formerTopics ?? [])]) byTopic.set(topic, row);
}

export function catalogEntry(type: EventType): CatalogEntry;
/**
 * Returns the catalog row of a type in a message, which may be a former name; `undefined` for an
 * unknown type.
 */
export function catalogEntry(type: string): CatalogEntry | undefined;
export function catalogEntry(type: string): CatalogEntry | undefined {
  return byType.get(type);
}

/**
 * Returns the catalog row of a topic name, including former names; `undefined` when no event uses
 * the topic.
 */
export function catalogEntryOfTopic(topic: string): CatalogEntry | undefined {
  return byTopic.get(topic);
}
