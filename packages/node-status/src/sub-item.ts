import type { Attributes } from "@rainhooks/dynamodb/key";

/** Sort key of the item with the status of a node. */
export const STATUS = "status";

/**
 * What a node has any number of, each in an item of its own, so that the item with the status stays
 * small.
 */
export type SubItemKind = "user" | "tag";

/** Returns the key of the item with the status of a node. */
export function statusKey(nodeId: string): Attributes {
  return { nodeId: { S: nodeId }, item: { S: STATUS } };
}

/** Returns the key of the item of a user or a tag of a node. */
export function subItemKey(nodeId: string, kind: SubItemKind, name: string): Attributes {
  return { nodeId: { S: nodeId }, item: { S: `${subItemPrefix(kind)}${name}` } };
}

/** Returns what the sort keys of all users or all tags of a node begin with. */
export function subItemPrefix(kind: SubItemKind): string {
  return `${kind}#`;
}

/** Returns what the item of a user or a tag is about: the id of the user, or the tag. */
export function subItemName(item: Attributes): string {
  const text = item["item"]?.S ?? "";
  return text.slice(text.indexOf("#") + 1);
}

/** Returns true if an item of a node has the given kind. */
export function isSubItem(item: Attributes, kind: SubItemKind): boolean {
  return item["item"]?.S?.startsWith(subItemPrefix(kind)) === true;
}
