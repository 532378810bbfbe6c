import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core";
import { deliveryOf } from "@rainhooks/testing";
import { decodeTransition, transitionItem } from "./transition.ts";

const AT_MS = 1_700_000_000_500;

function itemOf(type: string, atMs = AT_MS) {
  const body = {
    event_type: `rmaker.event.${type}`,
    timestamp: atMs,
    event_data: { node_id: "n", payload: "{}" },
  };
  const decoded = decode(deliveryOf(body, { sentAtMs: atMs }));
  if (decoded.kind !== "event") throw new Error("not an event");
  return transitionItem(decoded.event, 2);
}

describe("an item of the timeline", () => {
  it("has the node, the time, the new state, and when it expires", () => {
    const expiresAtS = { N: String(1_700_000_001 + 2 * 86_400) };
    expect(itemOf("node_connected")).toEqual({
      nodeId: { S: "n" },
      at: { S: "0001700000000500#1" },
      expiresAtS,
    });
    expect(itemOf("node_disconnected")).toEqual({
      nodeId: { S: "n" },
      at: { S: "0001700000000500#0" },
      expiresAtS,
    });
  });

  it("is made of connects and disconnects only", () => {
    expect(itemOf("node_params_changed")).toBeUndefined();
  });

  it("is read as what was written", () => {
    expect(decodeTransition(itemOf("node_connected") ?? {})).toEqual({ atMs: AT_MS, state: "online" });
    expect(decodeTransition(itemOf("node_disconnected") ?? {})).toEqual({ atMs: AT_MS, state: "offline" });
    expect(decodeTransition({})).toEqual({ atMs: 0, state: "offline" });
  });
});
