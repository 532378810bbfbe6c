import { stableText } from "@rainhooks/core/stable-text";
import type { Fact } from "./fact-model.ts";

const WRONG = "wrong ";

type Values = Readonly<Record<string, unknown>>;

/**
 * Returns a fact for each attribute of an item that is not as the code would write it for what else
 * the item has.
 *
 * @param of What the item is, for people.
 * @param right The attributes as the code would write them.
 */
export function wrongAttributes(nodeId: string, of: string, stored: Values, right: Values): Fact[] {
  return Object.keys({ ...right, ...stored })
    .filter((name) => stableText(stored[name]) !== stableText(right[name]))
    .map((name) => ({
      nodeId,
      name: `${WRONG}attribute ${name} of ${of}`,
      value: stored[name] ?? null,
    }));
}

/** Returns the fact that an item cannot be read. */
export function unreadableItem(nodeId: string, of: string, why: string): Fact {
  return { nodeId, name: `${WRONG}item ${of}`, value: why };
}

/** Returns true for the name of a fact that says that an item is wrong in itself. */
export function isWrong(name: string): boolean {
  return name.startsWith(WRONG);
}

/** Describes such a fact for people. */
export function describeWrong(name: string): string {
  return `${name.slice(WRONG.length)}, which does not follow from the rest of it`;
}
