import { describe, expect, it } from "@jest/globals";
import { decode, type RainmakerEvent } from "@rainhooks/core";
import { deliveryOf, README_EVENT } from "@rainhooks/testing";
import { project } from "./project.ts";
import { stateOf } from "./status.ts";

const AT_MS = 1_700_000_000_500;

function event(type: string, timestamp: unknown, sentAtMs = AT_MS, data: object = {}): RainmakerEvent {
  const body = { event_type: `rmaker.event.${type}`, timestamp, event_data: { node_id: "n", ...data } };
  const decoded = decode(deliveryOf(body, { sentAtMs }));
  if (decoded.kind !== "event") throw new Error("not an event");
  return decoded.event;
}

describe("project", () => {
  it("reads the sample of RainMaker's README", () => {
    const decoded = decode(deliveryOf(README_EVENT));
    if (decoded.kind !== "event") throw new Error("not an event");
    expect(stateOf(project([decoded.event]))).toEqual({
      state: "online",
      sinceMs: Date.parse("2021-01-29T04:32:27Z"),
    });
  });

  it("prefers the time of the connection to the time of the event", () => {
    const connected = event("node_connected", AT_MS, AT_MS, {
      connectivity: { connected: true, timestamp: AT_MS - 40 },
    });
    expect(stateOf(project([connected])).sinceMs).toBe(AT_MS - 40);
  });

  it("tells events of the same second apart by when SNS took them", () => {
    const second = Math.floor(AT_MS / 1000);
    const connected = event("node_connected", second, AT_MS);
    const disconnected = event("node_disconnected", second, AT_MS + 300);
    expect(stateOf(project([disconnected, connected])).state).toBe("offline");
    const reconnected = event("node_connected", second, AT_MS + 400);
    expect(stateOf(project([reconnected, disconnected, connected])).state).toBe("online");
  });

  it("holds a node for online when it connects and disconnects in the same millisecond", () => {
    const both = [event("node_connected", AT_MS), event("node_disconnected", AT_MS, AT_MS + 9)];
    expect(stateOf(project(both)).state).toBe("online");
  });

  it("does not know the state of a node that only sent an alert", () => {
    const clocks = project([event("alert", AT_MS, AT_MS, { message_body: "{}" })]);
    expect(stateOf(clocks)).toEqual({ state: "unknown", sinceMs: undefined });
    expect(clocks.lastEvent).toMatchObject({ type: "rmaker.event.alert", atMs: AT_MS });
  });

  it("does not believe an event from the future: it would hold the node in its state for years", () => {
    const future = event("node_disconnected", 4_000_000_000_000);
    expect(stateOf(project([future]))).toEqual({ state: "offline", sinceMs: AT_MS });
    const later = event("node_connected", AT_MS + 1000, AT_MS + 1000);
    expect(stateOf(project([later, future])).state).toBe("online");
  });
});
