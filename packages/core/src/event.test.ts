import { describe, expect, test } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing/samples";
import { decode } from "./decode/decode.ts";
import { nodesOf } from "./event.ts";

describe("nodesOf", () => {
  test.each<[string, string, object, string[]]>([
    ["an event of one node", "alert", { node_id: "n", message_body: "{}" }, ["n"]],
    ["an event of several", "user_node_added", { nodes: ["a", "b"] }, ["a", "b"]],
    [
      "an event that may have a node, and has one",
      "node_automation_trigger",
      { node_id: "n" },
      ["n"],
    ],
    ["an event that may have a node, and has none", "node_automation_trigger", {}, []],
    ["an event whose node has no name", "node_automation_trigger", { node_id: "" }, []],
    ["an event of a user", "admin_user_added", { user_id: "u" }, []],
  ])("nodesOf returns the nodes of %s", (_, type, event_data, nodes) => {
    const decoded = decode(deliveryOf({ event_type: `rmaker.event.${type}`, event_data }));
    if (decoded.kind !== "event") throw new Error("not an event");
    expect(nodesOf(decoded.event)).toEqual(nodes);
  });
});
