import * as v from "valibot";

/** Epoch milliseconds. */
export const timeMs = v.pipe(v.number(), v.integer(), v.description("Epoch milliseconds."));

/** A number of things. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Any JSON value. */
export const jsonValue = v.pipe(v.unknown(), v.description("Any JSON value."));

/** A read-only array of `item`. */
export function listOf<const Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item), v.readonly());
}

/** Something, and what it is. */
export function about<const Item extends v.GenericSchema>(item: Item, text: string) {
  return v.pipe(item, v.description<v.InferOutput<Item>, string>(text));
}

/** Something that can be absent, and what it is. */
export function optional<const Item extends v.GenericSchema>(item: Item, text: string) {
  return v.optional(about(item, text));
}
