import { isDeepStrictEqual } from "node:util";
import type { EventType } from "@rainhooks/core/catalog";
import { chunk } from "@rainhooks/core/collections";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";

/** What the rule of shadows selects of an update. */
interface ShadowUpdate {
  /** `iparams`, or `params-` and the ids of a group and its subgroups. */
  readonly shadow: string;
  /** What the node had reported; absent at its first report. */
  readonly previous: JsonValue | undefined;
  readonly current: JsonValue | undefined;
}

/**
 * Returns the events in an update of a shadow: the parameters that changed, or what changed of who
 * the node is. Espressif's own keys in them (`notify`, `online`, `ncfg_ver`) are no parameters.
 * Source: espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml.
 */
export function eventsOfShadow(update: ShadowUpdate): EventContent[] {
  if (!isJsonObject(update.current)) return [];
  return update.shadow === "iparams"
    ? identityChanges(update.previous, update.current)
    : paramChanges(update, update.current);
}

/**
 * A node reports that it is online before anything else, and it never reports that it is offline.
 * If the first report of a node says offline, Neo has copied it from another shadow, when somebody
 * moved the node to another group.
 */
function isMoved(previous: JsonValue | undefined, current: JsonObject): boolean {
  return objectIn(previous, "params") === undefined && current["online"] === false;
}

function paramChanges({ shadow, previous }: ShadowUpdate, current: JsonObject): EventContent[] {
  if (isMoved(previous, current)) return [];
  const { notify: _, ...params } = objectIn(current, "params") ?? {};
  const payload = changesIn(objectIn(previous, "params"), params);
  return payload === undefined
    ? []
    : [{ type: "rmaker.event.node_params_changed", data: { payload, shadow } }];
}

/**
 * What a node says of itself among its tags, as classic RainMaker has it under `info` of the
 * configuration.
 */
const IDENTITY: readonly string[] = ["type", "model", "fw_version"];
const WRITERS = ["admin", "device", "user"] as const;
/** Maximum tags of an event; those of a shadow, which has up to 8 KB, are in a few events. */
const MAX_TAGS = 100;

function identityChanges(previous: JsonValue | undefined, current: JsonObject): EventContent[] {
  const [was, is] = [previous, current].map((state) => tagsOf(state, "device"));
  const info = identityOf(is);
  const isChanged = info !== undefined && changesIn(identityOf(was), info) !== undefined;
  const tags = WRITERS.flatMap((who) => newTags(tagsOf(previous, who), tagsOf(current, who)));
  return [
    ...(isChanged
      ? [{ type: "rmaker.event.node_config_changed" as const, data: { config: { info } } }]
      : []),
    ...chunk([...new Set(tags)], MAX_TAGS).map((some) => ({
      type: "rmaker.event.existing_tags_attached" as const,
      data: { tags: some },
    })),
  ];
}

/** Returns the tags of a writer. */
function tagsOf(
  state: JsonValue | undefined,
  who: (typeof WRITERS)[number],
): JsonObject | undefined {
  return objectIn(objectIn(objectIn(state, "data"), who), "t");
}

function identityOf(tags: JsonObject | undefined): JsonObject | undefined {
  const found = IDENTITY.filter((name) => typeof tags?.[name] === "string").map((name) => [
    name,
    tags?.[name],
  ]);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/**
 * Returns the tags that are new or have another value, in the form of classic RainMaker:
 * `key:value`.
 */
function newTags(was: JsonObject | undefined, is: JsonObject | undefined): string[] {
  const changed = changesIn(was, is ?? {}) ?? {};
  return Object.entries(changed)
    .filter(([key, value]) => !IDENTITY.includes(key) && typeof value !== "object")
    .map(([key, value]) => `${key}:${value}`);
}

/** An event of a node, as a message for the topic of its type. */
export interface NeoEvent {
  readonly type: EventType;
  readonly nodeId: string;
  /** In the format of RainMaker's events. */
  readonly body: string;
}

/** An event without its envelope and its node. */
export interface EventContent {
  readonly type: EventType;
  readonly data: JsonObject;
}

/**
 * Returns the changed parts of an object; `undefined` if nothing has changed. Removed fields are
 * not returned. Lists and single values are returned whole. Both objects must not be nested too
 * deeply.
 */
export function changesIn(was: JsonValue | undefined, is: JsonObject): JsonObject | undefined {
  const changed = Object.entries(is).flatMap(([key, value]): [string, JsonValue][] => {
    const before = isJsonObject(was) && Object.hasOwn(was, key) ? was[key] : undefined;
    if (!isJsonObject(value) || !isJsonObject(before))
      return isDeepStrictEqual(before, value) ? [] : [[key, value]];
    const inner = changesIn(before, value);
    return inner === undefined ? [] : [[key, inner]];
  });
  // It defines fields, whatever their names: none of them replaces a prototype.
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** Returns a field of an object from outside, if it is an object itself. */
export function objectIn(value: JsonValue | undefined, name: string): JsonObject | undefined {
  const inner = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return isJsonObject(inner) ? inner : undefined;
}
