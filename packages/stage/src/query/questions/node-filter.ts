import type { Node } from "@rainhooks/node-status/read-node";
import { optionalText } from "../params/kinds.ts";
import type { ValuesOf } from "../params/param.ts";

const MAX_TEXT_LENGTH = 256;
/** Nodes that are read for one page, if most of them do not pass the filter. */
export const MAX_FILTERED = 1000;

const text = (description: string, placeholder: string) =>
  optionalText({ description, placeholder, maxLength: MAX_TEXT_LENGTH });

/** Parameters that select nodes by what no index has. */
export const NODE_FILTER = {
  match: text("Only nodes with this text in id, name, firmware, type, model or a tag, in any case.", "text"),
  firmware: text("Only nodes with this firmware.", "version"),
  type: text("Only nodes of this type.", "type"),
  tag: text("Only nodes with this tag.", "tag"),
  user: text("Only nodes that this user has, by the user's id. Ids are case-sensitive.", "user"),
};

/** What a filter looks at. */
type FilteredNode = Pick<Node, "nodeId" | "config" | "tags" | "users">;

/** Returns the test of a filter; `undefined` if it selects all nodes. */
export function nodeFilter({
  match,
  firmware,
  type,
  tag,
  user,
}: ValuesOf<typeof NODE_FILTER>): ((node: FilteredNode) => boolean) | undefined {
  if ([match, firmware, type, tag, user].every((one) => one === undefined)) return undefined;
  const sought = match?.toLowerCase();
  return ({ nodeId, config = {}, tags, users }) => {
    const { name, model } = config;
    const texts = [nodeId, name, config.firmware, config.type, model, ...tags];
    return (
      (firmware === undefined || config.firmware === firmware) &&
      (type === undefined || config.type === type) &&
      (tag === undefined || tags.includes(tag)) &&
      (user === undefined || users.some(({ userId }) => userId === user)) &&
      (sought === undefined || texts.some((one) => one?.toLowerCase().includes(sought)))
    );
  };
}
