import { catalogEntry, type EventType } from "@rainhooks/core/catalog";
import { isGroupKind, type Rule } from "../rule/rule.ts";
import { FROM_NODE_EVENTS } from "../stores/node-fields.ts";

/** What the rules of a back-test need. */
export type BackTestNeeds = ReturnType<typeof backTestNeeds>;

/** Returns what rules need. */
export function backTestNeeds(rules: readonly Rule[]) {
  const series = new Set(rules.flatMap((rule) => ("series" in rule ? [rule.series] : [])));
  const hasFacts = rules.some(
    (rule) => isGroupKind(rule.kind) || rule.where !== undefined || ("when" in rule && rule.when),
  );
  const types = new Set<EventType>([
    ...(rules.every((rule) => "series" in rule) ? [] : CONNECTION_EVENTS),
    ...(hasFacts ? FACT_EVENTS : []),
    ...(rules.some(({ kind }) => kind === "silent") ? FROM_NODE_EVENTS : []),
    ...(series.size > 0 ? (["rmaker.event.node_ts_data"] as const) : []),
  ]);
  // With all other types of events, no alarm can be found.
  return { types, series };
}

const CONNECTION_EVENTS = [
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
  "rainhooks.event.node_session_ended",
] as const;

const FACT_EVENTS = [
  "rmaker.event.node_config_changed",
  "rmaker.event.new_tags_added",
  "rmaker.event.existing_tags_attached",
] as const;

/** Reads a text, and returns false if it is certainly about no event of some types. */
export type MentionsTypes = (text: string) => boolean;

/**
 * Makes a quick look for events of some types, for a reader who does not need the others: it
 * returns false only if no delivery in the text can be decoded to such an event. The text is the
 * body of a delivery, its topic and its attribute `event_type` together, or the line of JSON with
 * all of them. It takes a time that is proportional to the length of the text.
 *
 * A type is written in the text under one of its names, because these have no character that JSON
 * would have to escape. JSON may escape any character as `\u…`, so a text with such an escape is
 * always looked at in full.
 */
export function mentionsTypes(types: Iterable<EventType>): MentionsTypes {
  const names = [...types].flatMap((type) => {
    const { topic, formerTypes = [], formerTopics = [] } = catalogEntry(type);
    return [type, topic, ...formerTypes, ...formerTopics].map(withoutPrefix);
  });
  // A name that contains another one is found with it.
  const shortest = [...new Set(names)].filter(
    (name) => !names.some((other) => other !== name && name.includes(other)),
  );
  const pattern = new RegExp([String.raw`\\u`, ...shortest].join("|"));
  return (text) => pattern.test(text);
}

/** Names differ most in their end, and begin alike. */
function withoutPrefix(name: string): string {
  return name.replace(/^(?:rmaker\.event\.|rainhooks\.event\.|esp_rainmaker_sns_|rainhooks_)/, "");
}
