import { describe, expect, it, test } from "@jest/globals";
import { superlinearText } from "@rainhooks/testing/growth";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { Delivery } from "../deliveries/delivery.ts";
import type { RainmakerEvent } from "../event.ts";
import { type DecodeResult, decode, MAX_BODY_BYTES } from "./decode.ts";

const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;

/** A body as text: `JSON.stringify` cannot write what these tests need. */
function bodyOf(type: string, data: string): string {
  return `{"event_type":"rmaker.event.${type}","timestamp":1700000000000,"event_data":${data}}`;
}

function decodeText(type: string, data: string, overrides: Partial<Delivery> = {}): DecodeResult {
  return decode(deliveryOf(bodyOf(type, data), overrides));
}

function eventOf(type: string, data: string, overrides: Partial<Delivery> = {}): RainmakerEvent {
  const decoded = decodeText(type, data, overrides);
  if (decoded.kind !== "event") throw new Error(JSON.stringify(decoded));
  return decoded.event;
}

function readings(...texts: string[]) {
  const event = eventOf("node_ts_data", `{"node_id":"n","ts_data":[${texts.join(",")}]}`);
  return event.data as Extract<RainmakerEvent, { type: "rmaker.event.node_ts_data" }>["data"];
}

describe("deep nesting", () => {
  test.each([
    [
      "in a reading",
      "node_ts_data",
      `{"node_id":"n","name":"a","t":1,"dt":"array","v":${deep(4200)}}`,
    ],
    ["in a packed body", "node_ts_data", JSON.stringify({ node_id: "n", payload: deep(4200) })],
    ["in an alert", "alert", `{"node_id":"n","message_body":${deep(4200)}}`],
    ["in a packed alert", "alert", JSON.stringify({ node_id: "n", message_body: deep(100_000) })],
    ["in an unknown field", "node_connected", `{"node_id":"n","x":${deep(4200)}}`],
    ["in packed data", "node_connected", JSON.stringify(deep(4200))],
  ])("the nesting of %s makes an event undecodable, with the reason", (_, type, data) => {
    const decoded = decodeText(type, data);
    expect(decoded).toMatchObject({
      kind: "undecodable",
      error: { code: "data-invalid", permanent: true },
    });
    if (decoded.kind === "undecodable")
      expect(decoded.error.message).toContain("nested deeper than 64 levels");
  });

  it("a body that is too large is not parsed, however deep it is", () => {
    const decoded = decode(deliveryOf(`"${"x".repeat(MAX_BODY_BYTES)}"`));
    expect(decoded).toMatchObject({ kind: "undecodable", error: { code: "data-invalid" } });
  });
});

describe("numbers that cannot be kept", () => {
  test.each([
    ["1e400", "float"],
    ["-1e400", "int"],
    ['"1e400"', "float"],
    ["9007199254740993", "int"],
    ['"9007199254740993"', "int"],
    ["1e400", "string"],
    ["9007199254740993", "string"],
    ["1e400", "bool"],
    ["[1e400]", "array"],
    ['{"a":[1e400]}', "object"],
    ['{"mac":123456789012345678}', "object"],
    ['"0x10"', "float"],
    ['"0x10"', "int"],
    ['"1_000"', "int"],
  ])("the number %s as %s is rejected, and its neighbour is kept", (value, dt) => {
    const { series, rejected } = readings(
      `{"name":"a","dt":"${dt}","records":[{"t":1700000000,"v":${value}}]}`,
      '{"name":"b","dt":"float","records":[{"t":1700000000,"v":20}]}',
    );
    expect(rejected).toEqual([
      { path: "data.ts_data[0].records[0]", reason: expect.stringContaining("v: ") },
    ]);
    expect(series[1]?.records).toEqual([{ atMs: 1_700_000_000_000, dataType: "float", value: 20 }]);
  });

  test.each([
    ["1.5", "int", "float", 1.5],
    ["1.0", "int", "int", 1],
    ["1e20", "float", "float", 1e20],
    ["9007199254740991", "int", "int", Number.MAX_SAFE_INTEGER],
    ['"-2.5E+1"', "float", "float", -25],
    ['".5"', "float", "float", 0.5],
    ["1e308", "float", "float", 1e308],
    ["5e-324", "float", "float", 5e-324],
  ])("the number %s as %s is kept as %s %j", (value, dt, dataType, kept) => {
    const { series } = readings(
      `{"name":"a","dt":"${dt}","records":[{"t":1700000000,"v":${value}}]}`,
    );
    expect(series[0]?.records).toEqual([{ atMs: 1_700_000_000_000, dataType, value: kept }]);
  });

  it("decode rejects a time that no window can hold, and keeps the last one that can", () => {
    const { series, rejected } = readings(
      '{"name":"a","records":[{"t":8640000000000000,"v":1},{"t":253402300800000,"v":1},{"t":253402300799999,"v":1}]}',
    );
    expect(rejected).toHaveLength(2);
    expect(series[0]?.records.map(({ atMs }) => atMs)).toEqual([253_402_300_799_999]);
  });
});

describe("a time to live that is no number", () => {
  test.each(['{"toString":1,"valueOf":1}', "[1]", '"soon"'])("%s is ignored", (d) => {
    const { series, rejected } = readings(`{"name":"a","t":1700000000,"v":1,"d":${d}}`);
    expect(rejected).toEqual([]);
    expect(series[0]?.records).toEqual([{ atMs: 1_700_000_000_000, dataType: "int", value: 1 }]);
  });
});

describe("null is absent", () => {
  test.each([
    ["new_tags_added", '{"NodeId":"n","Tags":null}', { nodeIds: ["n"], tags: [] }],
    ["new_tags_added", '{"Nodes":null,"Tags":["a"]}', { nodeIds: [], tags: ["a"] }],
    ["user_node_sharing_add", '{"Nodes":["n"],"Accept":null}', { nodeIds: ["n"] }],
    ["user_node_group_removed", '{"Groups":[],"SelfRemoval":null}', { groups: [] }],
    ["node_connected", '{"NodeId":"n","Connectivity":null}', { nodeId: "n" }],
    ["node_config_changed", '{"NodeId":"n","Config":null}', { nodeId: "n" }],
    ["node_automation_trigger", '{"Events":null,"Actions":null,"Status":null}', { conditions: [] }],
    ["node_connected", '{"NodeId":null,"node_id":"n"}', { nodeId: "n" }],
  ])("null is absent: %s of %s", (type, data, expected) => {
    expect(eventOf(type, data).data).toMatchObject(expected);
  });

  it("so node and user are taken from the attributes", () => {
    const attributes = { node_id: "from-attribute", user_id: "u" };
    const event = eventOf("node_connected", '{"NodeId":null,"UserId":null}', { attributes });
    expect(event.data).toMatchObject({ nodeId: "from-attribute", userId: "u" });
  });

  it("null in the envelope counts as absent", () => {
    const body =
      '{"EventType":"rmaker.event.node_connected","Id":null,"Timestamp":null,"EventData":{"NodeId":"n"}}';
    expect(decode(deliveryOf(body))).toMatchObject({
      kind: "event",
      event: { atSource: "delivery" },
    });
  });
});

describe("two containers of one time-series event", () => {
  const one = (name: string) => ({ name, records: [{ t: 1_700_000_000, v: 1 }] });

  it("two containers of one time-series event are both read", () => {
    const data = {
      node_id: "n",
      payload: JSON.stringify({ ts_data: [one("a")] }),
      ts_data: [one("b")],
    };
    const event = eventOf("node_ts_data", JSON.stringify(data));
    expect(event.data).toMatchObject({ series: [{ name: "a" }, { name: "b" }], rejected: [] });
  });

  it("a container is read beside a reading in the data itself", () => {
    const data = { node_id: "n", name: "c", t: 1_700_000_000, v: 3, ts_data: [one("b")] };
    expect(eventOf("node_ts_data", JSON.stringify(data)).data).toMatchObject({
      series: [{ name: "c" }, { name: "b" }],
    });
  });

  it("two containers are distinguished by their whole names", () => {
    const data = { node_id: "n", data: "hello", data_: [one("b")] };
    expect(eventOf("node_ts_data", JSON.stringify(data)).data).toMatchObject({
      series: [{ name: "b" }],
      extra: { data: "hello" },
    });
  });

  it("one of which cannot be read: it is rejected with its path, or kept as an unknown field", () => {
    const tooDeep = { node_id: "n", payload: deep(100), ts_data: [one("b")] };
    expect(eventOf("node_ts_data", JSON.stringify(tooDeep)).data).toMatchObject({
      series: [{ name: "b" }],
      rejected: [{ path: "data.payload", reason: "nested deeper than 64 levels" }],
    });
    const other = { node_id: "n", payload: "hello", ts_data: [one("b")] };
    expect(eventOf("node_ts_data", JSON.stringify(other)).data).toMatchObject({
      series: [{ name: "b" }],
      rejected: [],
      extra: { payload: "hello" },
    });
  });
});

describe("ids like members of Object.prototype", () => {
  test.each([["__proto__"], ["constructor"], ["toString"], ["hasOwnProperty"]])(
    "%s is an id",
    (name) => {
      const data = `{"node_id":"${name}","user_id":"${name}","${name}":{"${name}":1}}`;
      const event = eventOf("user_node_ota", data);
      expect(event.data).toMatchObject({ nodeId: name, userId: name });
      expect(Object.keys(event.data.extra)).toEqual([name]);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    },
  );

  test.each([["__proto__"], ["constructor"]])("%s is an unknown event type", (name) => {
    expect(decode(deliveryOf(`{"event_type":"${name}"}`))).toMatchObject({ kind: "unknown" });
  });
});

describe("the type of what cannot be decoded", () => {
  test.each([
    ["its body", bodyOf("node_connected", "{}"), {}, "rmaker.event.node_connected"],
    [
      "its former name in the body",
      bodyOf("user_node_associated", "{}"),
      {},
      "rmaker.event.user_node_added",
    ],
    [
      "its attribute",
      "no JSON",
      { attributes: { event_type: "rmaker.event.alert" } },
      "rmaker.event.alert",
    ],
    ["its topic", "no JSON", { topic: "esp_rainmaker_sns_node_alert" }, "rmaker.event.alert"],
    ["nothing", "no JSON", {}, undefined],
  ])("the type of what cannot be decoded is taken from %s", (_, body, overrides, type) => {
    expect(decode(deliveryOf(body, overrides))).toMatchObject({ kind: "undecodable", type });
  });
});

describe("the time of decoding", () => {
  const words = [
    "1.",
    "e+",
    "0x",
    "T",
    "01-29-2021",
    "2021-01-29",
    ":",
    "[",
    "{",
    ",",
    "null",
    '\\"',
  ];
  const reading = (fields: object) =>
    decodeText(
      "node_ts_data",
      JSON.stringify({ node_id: "n", name: "a", t: 1, dt: "float", v: 1, ...fields }),
    );

  test.each<[string, (text: string) => unknown]>([
    ["a value of a number", (text) => reading({ v: text })],
    ["a value of a boolean", (text) => reading({ dt: "bool", v: text })],
    ["a packed value", (text) => reading({ dt: "object", v: text })],
    ["a time", (text) => reading({ t: text })],
    ["a name", (text) => reading({ name: text })],
    [
      "a packed body",
      (text) => decodeText("node_ts_data", JSON.stringify({ node_id: "n", payload: text })),
    ],
    ["a body", (text) => decode(deliveryOf(text))],
    [
      "an attribute",
      (text) => decodeText("alert", "{}", { attributes: { event_type: text, node_id: text } }),
    ],
  ])("the time of decoding grows with the length of %s, and not with its square", (_, run) => {
    expect(superlinearText(run, words)).toBeUndefined();
  });
});
