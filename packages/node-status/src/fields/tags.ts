import type { ShownField } from "./field.ts";
import { cut } from "./texts.ts";

type Tags = readonly string[];

const MAX_TAG_LENGTH = 128;
/** Maximum number of stored tags per node: the first in sort order, so that the order of the events does not matter. */
const MAX_TAGS = 100;

/** All tags that were ever attached, sorted. RainMaker has no event for a removed tag. */
export const tags: ShownField<Tags> = {
  initial: [],
  fromEvent: ({ data }) => ("tags" in data ? sorted(data.tags.map((tag) => cut(tag, MAX_TAG_LENGTH))) : []),
  join: (a, b) => (b.length === 0 ? a : sorted([...a, ...b])),
  encode: (value) => (value.length === 0 ? undefined : value),
  decode: (raw) => (Array.isArray(raw) ? (raw as Tags) : []),
  show: (value) => value,
};

function sorted(all: Tags): Tags {
  return [...new Set(all)].sort().slice(0, MAX_TAGS);
}
