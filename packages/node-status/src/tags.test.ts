import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { deliveryOf } from "@rainhooks/testing/samples";
import { subItemKey } from "./sub-item.ts";
import { tagItems } from "./tags.ts";

function itemsOf(type: string, data: object) {
  const body = { event_type: `rmaker.event.${type}`, event_data: { node_id: "n", ...data } };
  const decoded = decode(deliveryOf(body));
  if (decoded.kind !== "event") throw new Error("not an event");
  return tagItems(decoded.event);
}

describe("the tags of a node", () => {
  it("the tags have an item each, which is the same for a tag that is attached again", () => {
    const items = ["a", "b"].map((tag) => subItemKey("n", "tag", tag));
    expect(itemsOf("new_tags_added", { tags: ["a", "b", "a"] })).toEqual(items);
    expect(itemsOf("existing_tags_attached", { tags: ["a", "b"] })).toEqual(items);
  });

  it("the tags have a limited length", () => {
    expect(itemsOf("new_tags_added", { tags: ["x".repeat(500)] })).toEqual([
      subItemKey("n", "tag", "x".repeat(128)),
    ]);
  });

  it("the tags are not changed by other events", () => {
    expect(itemsOf("alert", { message_body: "{}", tags: ["a"] })).toEqual([]);
  });
});
