import { describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { deliveryOf, README_EVENT } from "@rainhooks/testing/samples";
import { stateOf } from "./connection.ts";
import { encodeNode } from "./node-item.ts";
import { project as projectFor } from "./project.ts";
import { toNodeStatus } from "./read-node.ts";

const AT_MS = 1_700_000_000_500;
const INTERVAL_MS = 60_000;
const project = (events: readonly RainmakerEvent[]) => projectFor(events, INTERVAL_MS);

function event(
  type: string,
  timestamp: unknown,
  sentAtMs = AT_MS,
  data: object = {},
): RainmakerEvent {
  const body = {
    event_type: `rmaker.event.${type}`,
    timestamp,
    event_data: { node_id: "n", ...data },
  };
  const decoded = decode(deliveryOf(body, { sentAtMs }));
  if (decoded.kind !== "event") throw new Error("not an event");
  return decoded.event;
}

describe("project", () => {
  it("project reads the sample of RainMaker's README", () => {
    const decoded = decode(deliveryOf(README_EVENT));
    if (decoded.kind !== "event") throw new Error("not an event");
    expect(stateOf(project([decoded.event]))).toEqual({
      state: "online",
      sinceMs: Date.parse("2021-01-29T04:32:27Z"),
    });
  });

  it("project prefers the time of the connection to the time of the event", () => {
    const connected = event("node_connected", AT_MS, AT_MS, {
      connectivity: { connected: true, timestamp: AT_MS - 40 },
    });
    expect(stateOf(project([connected])).sinceMs).toBe(AT_MS - 40);
  });

  it("project distinguishes a take-over from a short connection by the state before, in any order of deliveries", () => {
    const second = Math.floor(AT_MS / 1000);
    for (const [connectMs, disconnectMs] of [
      [AT_MS, AT_MS + 300],
      [AT_MS + 300, AT_MS],
    ] as const) {
      const both = [
        event("node_connected", second, connectMs),
        event("node_disconnected", second, disconnectMs),
      ];
      const earlier = (type: string) => event(type, second - 60, AT_MS - 60_000);
      // Nothing is known of the time before: the order in which SNS took them decides.
      expect(stateOf(project(both)).state).toBe(connectMs < disconnectMs ? "offline" : "online");
      expect(stateOf(project([...both, earlier("node_connected")])).state).toBe("online");
      expect(stateOf(project([earlier("node_disconnected"), ...both])).state).toBe("offline");
    }
  });

  it("project returns the same when one of the two times has milliseconds", () => {
    const second = Math.floor(AT_MS / 1000);
    const both = [event("node_connected", second), event("node_disconnected", AT_MS)];
    expect(stateOf(project(both)).state).toBe("online");
  });

  it("project considers a node online when it connects and disconnects in the same millisecond", () => {
    const both = [event("node_connected", AT_MS), event("node_disconnected", AT_MS, AT_MS + 9)];
    expect(stateOf(project(both)).state).toBe("online");
  });

  it("project has the event that decided as the last event", () => {
    const both = [event("node_connected", AT_MS), event("node_disconnected", AT_MS, AT_MS + 9)];
    const row = toNodeStatus(encodeNode(project(both), "n"));
    expect([row.state, row.lastEvent?.type]).toEqual(["online", "rmaker.event.node_connected"]);
    const alert = event("alert", AT_MS + 1, AT_MS + 1, { message_body: "{}" });
    const later = toNodeStatus(encodeNode(project([...both, alert]), "n"));
    expect(later.lastEvent?.type).toBe("rmaker.event.alert");
  });

  it("project returns an unknown state for a node that only sent an alert", () => {
    const facts = project([event("alert", AT_MS, AT_MS, { message_body: "{}" })]);
    expect(stateOf(facts)).toEqual({ state: "unknown", sinceMs: undefined });
    expect(facts.lastOther).toMatchObject({ type: "rmaker.event.alert", atMs: AT_MS });
  });

  it("project keeps the newest configuration, although an older one arrives later", () => {
    const config = (atMs: number, info: object) =>
      event("node_config_changed", atMs, atMs, { config: { info } });
    const facts = project([
      config(AT_MS + 2000, {
        name: "Kitchen",
        fw_version: "1.2.0",
        type: "Light",
        model: "esp32c3",
      }),
      config(AT_MS, { name: "Kitchen", fw_version: "1.1.0" }),
    ]);
    expect(facts.config).toMatchObject({
      name: "Kitchen",
      firmware: "1.2.0",
      type: "Light",
      model: "esp32c3",
    });
    expect(project([config(AT_MS, { name: 7 })]).config).not.toHaveProperty("name");
    expect(
      project([event("node_config_changed", AT_MS, AT_MS, { config: "{}" })]).config,
    ).toBeUndefined();
  });

  it("project stores the text of the last alert, shortened to the maximum length", () => {
    const alert = (body: unknown) =>
      project([event("alert", AT_MS, AT_MS, { message_body: body })]).lastAlert?.text;
    expect(alert('{"esp.alert.str":"hot"}')).toBe("hot");
    expect(alert('{"Light":{"Power":true}}')).toBe('{"Light":{"Power":true}}');
    expect(alert(JSON.stringify("x".repeat(500)))).toHaveLength(200);
  });

  it("project rounds last-seen times down to intervals, also for frequent events", () => {
    const params = event("node_params_changed", AT_MS, AT_MS, { payload: "{}" });
    const facts = project([params]);
    expect(facts.seenMs).toBe(AT_MS - (AT_MS % INTERVAL_MS));
    expect([facts.lastOther, stateOf(facts).state]).toEqual([undefined, "unknown"]);
    expect(projectFor([params], 0).seenMs).toBeUndefined();
  });

  it("project ignores a time in the future, which would keep the node in its state for years", () => {
    const future = event("node_disconnected", 4_000_000_000_000);
    expect(stateOf(project([future]))).toEqual({ state: "offline", sinceMs: AT_MS - 500 });
    const later = event("node_connected", AT_MS + 1000, AT_MS + 1000);
    expect(stateOf(project([later, future])).state).toBe("online");
  });

  test.each([
    ["as far ahead as two clocks may differ", 5000, AT_MS + 5000],
    ["a millisecond more ahead than that", 5001, AT_MS - 500],
  ])("the state since a time %s", (_, aheadMs, sinceMs) => {
    expect(stateOf(project([event("node_connected", AT_MS + aheadMs)])).sinceMs).toBe(sinceMs);
  });

  it("project ignores a time before RainMaker existed", () => {
    const first = Date.UTC(2015, 0, 1);
    expect(stateOf(project([event("node_connected", first)])).sinceMs).toBe(first);
    expect(stateOf(project([event("node_connected", first - 1)])).sinceMs).toBe(AT_MS - 500);
  });

  it("project cuts every text to the length that a row has room for", () => {
    const long = "x".repeat(500);
    const info = { name: long, fw_version: long, type: long, model: long };
    const facts = project([event("node_config_changed", AT_MS, AT_MS, { config: { info } })]);
    const { name, firmware, type, model } = facts.config ?? {};
    expect([name, firmware, type, model]).toEqual(Array.from({ length: 4 }, () => "x".repeat(100)));
  });

  it("project never cuts a character in half", () => {
    const text = `${"x".repeat(199)}\u{1f600}`;
    const facts = project([event("alert", AT_MS, AT_MS, { message_body: JSON.stringify(text) })]);
    expect(facts.lastAlert?.text).toBe(`${"x".repeat(199)}\ufffd`);
  });

  it("project ignores a configuration without known fields, and an empty name", () => {
    const config = (value: unknown) =>
      project([event("node_config_changed", AT_MS, AT_MS, { config: value })]);
    expect(config({ info: "Kitchen" }).config).toBeUndefined();
    expect(config({}).config).toBeUndefined();
    expect(config({ info: { name: "", type: "Light" } }).config).toEqual({
      atMs: AT_MS,
      sentAtMs: AT_MS,
      deliveryId: expect.any(String),
      type: "Light",
    });
  });

  it("project does not count connects and disconnects as other events", () => {
    expect(project([event("node_connected", AT_MS)]).lastOther).toBeUndefined();
    expect(project([event("node_disconnected", AT_MS)]).lastOther).toBeUndefined();
  });
});
