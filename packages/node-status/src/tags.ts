import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { truncateText } from "./fields/texts.ts";
import { subItemKey } from "./sub-item.ts";

const MAX_TAG_LENGTH = 128;

/**
 * Returns the items of the tags that an event attaches to nodes. An item has only a key: a tag that
 * is attached again is the same item. RainMaker has no event for a removed tag.
 */
export function tagItems(event: RainmakerEvent): Attributes[] {
  if (!("tags" in event.data)) return [];
  const tags = new Set(event.data.tags.map((tag) => truncateText(tag, MAX_TAG_LENGTH)));
  return nodesOf(event).flatMap((nodeId) => [...tags].map((tag) => subItemKey(nodeId, "tag", tag)));
}
