import { catalogEntry, type EventType } from "@rainhooks/core/catalog";

/** Reads a text, and returns false if it is certainly about no event of some types. */
export type MentionsTypes = (text: string) => boolean;

/**
 * Makes a quick look for events of some types, for a reader who does not need the others: it returns false
 * only if no delivery in the text can be decoded to such an event. The text is the body of a delivery, its
 * topic and its attribute `event_type` together, or the line of JSON with all of them. It takes a time that
 * is proportional to the length of the text.
 *
 * A type is written in the text under one of its names, because these have no character that JSON would have
 * to escape. JSON may escape any character as `\u…`, so a text with such an escape is always looked at in
 * full.
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
