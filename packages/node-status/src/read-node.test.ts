import { describe, expect, it } from "@jest/globals";
import { NO_CLOCK } from "./connection.ts";
import { NO_FACTS, type NodeFacts } from "./facts.ts";
import { encodeNode } from "./node-item.ts";
import { toNodeStatus } from "./read-node.ts";

const source = (atMs: number) => ({ atMs, sentAtMs: atMs + 100, deliveryId: "d" });

function rowOf(facts: Partial<NodeFacts>) {
  return toNodeStatus(encodeNode({ ...NO_FACTS, ...facts }, "n"));
}

describe("the row of a node", () => {
  it("the row of a node is last seen at the newest time of all its fields", () => {
    const all: Partial<NodeFacts> = {
      seenMs: 1000,
      connected: { ...NO_CLOCK, latest: source(1001) },
      disconnected: { ...NO_CLOCK, latest: source(1002) },
      lastOther: { ...source(1003), type: "rmaker.event.alert" },
    };
    expect(rowOf(all).lastSeenMs).toBe(1003);
    expect(rowOf({ ...all, seenMs: 2000 }).lastSeenMs).toBe(2000);
    expect(rowOf({ ...all, connected: { ...NO_CLOCK, latest: source(2000) } }).lastSeenMs).toBe(
      2000,
    );
    expect(rowOf({ ...all, disconnected: { ...NO_CLOCK, latest: source(2000) } }).lastSeenMs).toBe(
      2000,
    );
    expect(rowOf({}).lastSeenMs).toBeUndefined();
  });

  it("connected last at the later of the two times that its clock knows", () => {
    const clock = { ...NO_CLOCK, latest: source(1000), clamped: source(2000) };
    expect(
      rowOf({ connected: clock, disconnected: { ...clock, latest: source(3000) } }),
    ).toMatchObject({
      connectedAtMs: 2000,
      disconnectedAtMs: 3000,
    });
  });

  it("the row of a node has as the last event the one that decides its state, unless another is newer", () => {
    const connection = {
      connected: { ...NO_CLOCK, latest: source(1000) },
      disconnected: { ...NO_CLOCK, latest: source(2000) },
    };
    const alert = (atMs: number) => ({
      lastOther: { ...source(atMs), type: "rmaker.event.alert" as const },
    });
    const disconnect = { type: "rmaker.event.node_disconnected", ...source(2000) };
    expect(rowOf(connection).lastEvent).toEqual(disconnect);
    expect(rowOf({ ...connection, ...alert(2000) }).lastEvent).toEqual(disconnect);
    expect(rowOf({ ...connection, ...alert(2001) }).lastEvent).toEqual(alert(2001).lastOther);
    expect(rowOf(alert(1)).lastEvent).toEqual(alert(1).lastOther);
    expect(rowOf({}).lastEvent).toBeUndefined();
  });
});
