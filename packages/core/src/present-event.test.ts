import { describe, expect, it, test } from "@jest/globals";
import { SAMPLES_BY_TYPE } from "@rainhooks/testing/event-samples";
import { deliveryOf } from "@rainhooks/testing/samples";
import { decode } from "./decode/decode.ts";
import { nodesOf } from "./event.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { presentEvent } from "./present-event.ts";

const NOW_MS = Date.UTC(2026, 10, 26, 1, 2, 3, 456);
const NO_CHANGES = { node: undefined, data: {} };

function sampleOf(type: string): JsonObject {
  const sample: unknown = SAMPLES_BY_TYPE.get(type);
  if (!isJsonObject(sample)) throw new Error(`no sample of ${type}`);
  return sample;
}

function eventOf(body: JsonObject) {
  const decoded = decode(deliveryOf(body, { sentAtMs: NOW_MS }));
  if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
  return decoded.event;
}

const make = (type: string, changes: Partial<{ node: string; data: JsonObject }> = {}) =>
  presentEvent(sampleOf(type), { ...NO_CHANGES, ...changes }, NOW_MS);

describe("presentEvent", () => {
  test.each([...SAMPLES_BY_TYPE.keys()])(
    "presentEvent happens now and has no other time: %s",
    (type) => {
      const body = make(type);
      const { atMs } = eventOf(body);
      expect(NOW_MS - atMs).toBeGreaterThanOrEqual(0);
      expect(NOW_MS - atMs).toBeLessThan(1000);
      expect(JSON.stringify(body)).not.toMatch(/2021|17000000|16999999/);
    },
  );

  it("presentEvent keeps the formats and the distances of times", () => {
    expect(make("node_connected")).toMatchObject({ Timestamp: "11-26-2026 01:02:03" });
    expect(make("node_registered")).toMatchObject({
      timestamp: NOW_MS,
      event_data: { registration_timestamp: NOW_MS },
    });
    const second = Math.floor(NOW_MS / 1000);
    expect(make("node_ts_data")).toMatchObject({
      event_data: { ts_data: [{ records: [{ t: second - 60 }, { t: second }] }, {}, {}] },
    });
  });

  it("presentEvent moves no number that is not a time", () => {
    expect(make("user_node_ota")).toMatchObject({ event_data: { file_size: 1_048_576 } });
  });

  it("presentEvent puts the given node everywhere in the event", () => {
    for (const type of SAMPLES_BY_TYPE.keys()) {
      if (nodesOf(eventOf(sampleOf(type))).length === 0) continue;
      expect([type, nodesOf(eventOf(make(type, { node: "my-node" })))]).toEqual([
        type,
        ["my-node"],
      ]);
    }
    expect(make("node_automation_trigger", { node: "n" })).toMatchObject({
      event_data: { node_id: "n", actions: [{ node_id: "n" }], status: [{ node_id: "n" }] },
    });
  });

  it("presentEvent refuses a node for an event that is not about one", () => {
    expect(() => make("admin_user_added", { node: "n" })).toThrow("The event is not about a node");
  });

  it("presentEvent replaces fields of the data in any casing, and adds others", () => {
    const { EventData: data } = make("node_connected", {
      data: { node_id: "n2", connected: false, x: 1 },
    });
    expect(data).toEqual({
      UserId: "5c75d6be-4a95-4065-951b-9519664f6498",
      node_id: "n2",
      connected: false,
      x: 1,
    });
  });

  it("presentEvent leaves times in the given data as they are", () => {
    const records = [{ t: 5, v: 1 }];
    const data = { ts_data: [{ name: "a", dt: "int", records }] };
    expect(make("node_ts_data", { data })).toMatchObject({
      event_data: { ts_data: [{ records }] },
    });
  });

  it("presentEvent does not let data change a prototype", () => {
    const data: JsonObject = JSON.parse('{"__proto__":{"polluted":true}}');
    const body = make("alert", { data });
    expect(Object.getPrototypeOf(body["event_data"])).toBe(Object.prototype);
    expect(JSON.stringify(body)).toContain('"__proto__":{"polluted":true}');
  });
});
