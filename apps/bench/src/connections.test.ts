import { describe, expect, it } from "@jest/globals";
import { decode, readDelivery } from "@rainhooks/core";
import { type Change, deliveryId, lastChanges, recordOfChange } from "./connections.ts";

describe("lastChanges", () => {
  it("keeps the change with the latest time of each node, in any order", () => {
    const on: Change = { nodeId: "a", state: "online", atMs: 2 };
    const off: Change = { nodeId: "a", state: "offline", atMs: 1 };
    const other: Change = { nodeId: "b", state: "offline", atMs: 1 };
    for (const order of [
      [on, off, other],
      [other, off, on, off],
    ])
      expect(lastChanges(order)).toEqual(
        new Map([
          ["a", on],
          ["b", other],
        ]),
      );
  });
});

describe("recordOfChange", () => {
  it.each([
    ["online", "rmaker.event.node_connected"],
    ["offline", "rmaker.event.node_disconnected"],
  ] as const)("makes an event of a node that is %s", (state, type) => {
    const atMs = Date.UTC(2026, 0) + 1;
    const decoded = decode(readDelivery(recordOfChange({ nodeId: "a", state, atMs }, deliveryId(7))));
    expect(decoded).toMatchObject({ kind: "event", event: { type, atMs, data: { nodeId: "a" } } });
  });
});
