import { expect, test } from "@jest/globals";
import { deliveryOf, README_EVENT } from "@rainhooks/testing/samples";
import { describeDelivery } from "./describe-delivery.ts";

test.each<[string, unknown, object]>([
  [
    "an event",
    README_EVENT,
    {
      type: "node_connected",
      event: { type: "rmaker.event.node_connected" },
      nodeIds: ["thing3"],
      nodes: "thing3",
      data: README_EVENT.EventData,
      problem: undefined,
    },
  ],
  [
    "an event of several nodes",
    { event_type: "rmaker.event.user_node_removed", event_data: { nodes: ["a", "b"] } },
    { type: "user_node_removed", nodeIds: ["a", "b"], nodes: "a +1", data: { nodes: ["a", "b"] } },
  ],
  [
    "an event of an unknown type",
    { event_type: "rmaker.event.something_new", event_data: { node_id: "n" } },
    { type: "something_new", event: undefined, nodeIds: [], nodes: "-", data: { node_id: "n" } },
  ],
  [
    "an event with wrong data",
    { event_type: "rmaker.event.alert", event_data: {} },
    {
      type: "alert",
      event: undefined,
      nodeIds: [],
      problem: expect.stringMatching(/^data-invalid: /),
    },
  ],
  [
    "text",
    "not JSON",
    { type: "?", data: undefined, problem: expect.stringMatching(/^body-not-json: /) },
  ],
  ["a list", "[1]", { type: "?", data: undefined, problem: expect.any(String) }],
])("describeDelivery describes %s", (_, body, expected) => {
  expect(describeDelivery(deliveryOf(body))).toMatchObject(expected);
});
