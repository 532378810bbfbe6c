import { expect, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { STORES } from "@rainhooks/stage/tables/store-names";
import { deliveryOf } from "@rainhooks/testing/samples";
import { modelOfStore } from "./stores.ts";

/** The nodes that have facts in a store, of events of this node and of its row or list. */
function nodesWithFacts(store: (typeof STORES)[number], node_id: string): string[] {
  const model = modelOfStore(store, () => 30);
  const records = [{ t: 1_700_000_000, v: 1 }];
  const data = {
    "rmaker.event.node_connected": {
      connectivity: { connected: true, timestamp: 1_700_000_000_000 },
    },
    "rmaker.event.node_ts_data": { ts_data: [{ name: "T.Temp", dt: "int", records }] },
  };
  const ofEvents = Object.entries(data).flatMap(([event_type, more]) => {
    const decoded = decode(deliveryOf({ event_type, event_data: { node_id, ...more } }));
    return decoded.kind === "event" ? model.factsOf(decoded.event) : [];
  });
  const item =
    store === "node-status"
      ? { nodeId: { S: node_id }, item: { S: "tag#kind:lamp" } }
      : { series: { S: node_id }, group: { S: "number#T.Temp" } };
  const ofItem = model.factsIn(store, item);
  expect(node_id === TRIAL_NODE || (ofEvents.length > 0 && ofItem.length > 0)).toBe(true);
  return [...ofEvents, ...ofItem].map(({ nodeId }) => nodeId);
}

test.each(STORES)("what trials have in %s is no fact, wherever it is", (store) => {
  expect(new Set(nodesWithFacts(store, "kitchen"))).toEqual(new Set(["kitchen"]));
  expect(nodesWithFacts(store, TRIAL_NODE)).toEqual([]);
});
