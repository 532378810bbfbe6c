import type { ShownField } from "./field.ts";
import { cut } from "./texts.ts";

type Tags = readonly string[];

const MAX_TAG_LENGTH = 128;
/** Maximum number of tags that are kept of a node: the first in order, whatever the order of the events. */
const MAX_TAGS = 100;

/** The tags that were ever attached, sorted: no event says that one is removed. */
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
