import { describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { NEO_EVENT_ID } from "@rainhooks/core/event";
import type { JsonObject } from "@rainhooks/core/json";
import { MAX_EVENT_BYTES, readInput } from "./read-input.ts";

const UPDATE = { node_id: "n1", shadow: "params-", timestamp: 1743656583 };

function eventsOf(input: object) {
  return readInput(JSON.stringify(input)).map(({ type, nodeId, body }) => ({
    type,
    nodeId,
    ...JSON.parse(body),
  }));
}

/** Returns the data of the events, as webhooks read them. */
function decoded(input: object) {
  return readInput(JSON.stringify(input)).map(({ body }) => {
    const found = decode(readDelivery({ messageId: "1", body }));
    if (found.kind !== "event") throw new Error(JSON.stringify(found));
    return found.event;
  });
}

const params = (previous: JsonObject | undefined, current: JsonObject) => ({
  ...UPDATE,
  ...(previous === undefined ? {} : { previous: { params: previous } }),
  current: { params: current },
});

describe("parameters", () => {
  it("parameters are those that changed", () => {
    const [event] = decoded(
      params(
        { Light: { Power: true, Brightness: 75 }, Fan: { Speed: 1 } },
        { Light: { Power: true, Brightness: 80 }, Fan: { Speed: 1 } },
      ),
    );
    expect(event).toMatchObject({
      type: "rmaker.event.node_params_changed",
      atMs: 1743656583000,
      data: { nodeId: "n1", params: { Light: { Brightness: 80 } }, extra: { shadow: "params-" } },
    });
  });

  test.each([
    ["the first report", params(undefined, { Light: { Power: true } }), { Light: { Power: true } }],
    ["null as what was before", { ...params(undefined, { A: 1 }), previous: null }, { A: 1 }],
    ["another kind of value", params({ A: 1 }, { A: { B: 1 } }), { A: { B: 1 } }],
    ["a list", params({ A: { L: [1, 2] } }, { A: { L: [1, 3] } }), { A: { L: [1, 3] } }],
    ["null", params({ A: { B: 1 } }, { A: { B: null } }), { A: { B: null } }],
    [
      "a Matter attribute",
      params(
        { "0x1": { c: { s: { "0x6": { a: { "0x0": true, "0x4000": 1 } } } } } },
        { "0x1": { c: { s: { "0x6": { a: { "0x0": false, "0x4000": 1 } } } } } },
      ),
      { "0x1": { c: { s: { "0x6": { a: { "0x0": false } } } } } },
    ],
  ])("parameters: %s", (_, input, payload) => {
    expect(eventsOf(input)).toMatchObject([{ event_data: { payload } }]);
  });

  test.each([
    ["a report of the same", params({ A: { L: [1] } }, { A: { L: [1] } })],
    ["a parameter that is not there any more", params({ A: { B: 1, C: 2 } }, { A: { B: 1 } })],
    [
      "what Espressif adds for notifications",
      params({ A: 1 }, { A: 1, notify: { version: 2, push: true } }),
    ],
    [
      "that the node is online",
      { ...UPDATE, previous: { online: false }, current: { online: true, ncfg_ver: 2 } },
    ],
    [
      "what Neo copied when somebody moved the node to another group while it was offline",
      { ...UPDATE, current: { online: false, params: { A: 1 } } },
    ],
    ["what is wanted alone", { ...UPDATE, previous: null, current: null }],
    ["an update without a state", UPDATE],
    ["a text as parameters", { ...UPDATE, current: { params: "x" } }],
  ])("no event: %s", (_, input) => {
    expect(eventsOf(input)).toEqual([]);
  });

  it("named as what objects inherit are parameters like others", () => {
    const input = `{"node_id":"n1","shadow":"params-","current":{"params":{"__proto__":{"x":1},"constructor":{"y":2}}}}`;
    const [event] = readInput(input);
    expect(event?.body).toContain(`"payload":{"__proto__":{"x":1},"constructor":{"y":2}}`);
    expect(({} as { x?: number }).x).toBeUndefined();
  });
});

describe("the id of an event", () => {
  const update = { ...params({ A: 1 }, { A: 2 }), version: 7 };
  const idsOf = (input: object) => decoded(input).map(({ id }) => id);

  it("an event has the same id each time its message arrives, and another id for another update, node or event", () => {
    const [id] = idsOf(update);
    expect(id).toMatch(NEO_EVENT_ID);
    expect(idsOf(update)).toEqual([id]);
    const reading = (eventID: string) => ({
      eventID,
      dynamodb: {
        NewImage: {
          node_id: { S: "n1" },
          key: { S: "T" },
          dt: { S: "int" },
          ts: { N: "1743656583" },
          value: { N: "1" },
        },
      },
    });
    const tags = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`t${index}`, "x"]));
    const identity = { device: { t: { type: "Light", ...tags } } };
    const others = [
      { ...update, version: 8 },
      { ...update, timestamp: 1743656584 },
      { ...update, node_id: "n2" },
      { ...update, shadow: "params-g" },
      { ...update, shadow: "iparams", previous: null, current: { data: identity } },
      reading("1"),
      reading("2"),
    ].flatMap(idsOf);
    expect(others).toHaveLength(9);
    expect(new Set([id, ...others]).size).toBe(10);
  });

  it("an event has no id if its message does not say what it is of", () => {
    expect(idsOf(params({ A: 1 }, { A: 2 }))).toEqual([undefined]);
  });
});

it("readInput escapes characters that a queue does not accept", () => {
  const [event] = readInput(JSON.stringify(params(undefined, { "A\ufffe": "x\uffff\u0000" })));
  expect(event?.body).toContain('{"A\\ufffe":"x\\uffff\\u0000"}');
  expect(JSON.parse(event?.body ?? "").event_data.payload).toEqual({ "A\ufffe": "x\uffff\u0000" });
});

describe("identity", () => {
  const iparams = (t: JsonObject, others: JsonObject = {}) => ({
    data: { device: { t }, ...others },
  });
  const LIGHT = { type: "Light", model: "LED_Smart", fw_version: "2.1.0" };
  const update = (previous: object | undefined, current: object) => ({
    ...UPDATE,
    shadow: "iparams",
    previous,
    current,
  });

  it("an identity is one change of the node's configuration", () => {
    expect(decoded(update(undefined, iparams(LIGHT)))).toMatchObject([
      { type: "rmaker.event.node_config_changed", data: { nodeId: "n1", config: { info: LIGHT } } },
    ]);
    expect(
      eventsOf(update(iparams(LIGHT), { ...iparams(LIGHT), online: true, params: { A: 1 } })),
    ).toEqual([]);
  });

  it("an identity has all its fields when one of them changes", () => {
    const updated = { ...LIGHT, fw_version: "2.2.0" };
    expect(eventsOf(update(iparams(LIGHT), iparams(updated)))).toMatchObject([
      { event_data: { config: { info: updated } } },
    ]);
  });

  it("an identity leaves out what is not text", () => {
    expect(eventsOf(update(undefined, iparams({ type: { x: 1 }, model: 3 })))).toEqual([]);
  });

  it("an identity has the tags that are new or changed, whoever wrote them", () => {
    const was = iparams(LIGHT, { admin: { t: { site: "pune" } }, user: { t: { room: "hall" } } });
    const is = iparams(
      { ...LIGHT, floor: 2 },
      {
        admin: { t: { site: "goa" } },
        user: { t: { room: "hall", lamp: true, nested: { x: 1 } } },
      },
    );
    expect(decoded(update(was, is))).toMatchObject([
      {
        type: "rmaker.event.existing_tags_attached",
        data: { nodeIds: ["n1"], tags: ["site:goa", "floor:2", "lamp:true"] },
      },
    ]);
  });

  it("an identity has all tags, up to 100 in an event", () => {
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`t${index}`, "x"]));
    const found = eventsOf(update(undefined, { data: { admin: { t: many } } })).map(
      ({ event_data }) => event_data.tags,
    );
    expect(found.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(found.flat()).toEqual(Object.keys(many).map((key) => `${key}:x`));
  });
});

describe("readings", () => {
  const image = (value: object, more: object = {}) => ({
    node_key_dt: { S: "n1.Sensor.Temperature.float" },
    ts: { N: "1743656583784" },
    node_id: { S: "n1" },
    key: { S: "Sensor.Temperature" },
    dt: { S: "float" },
    value,
    ...more,
  });
  const record = (NewImage: object | undefined, eventID?: string) => ({
    eventID,
    dynamodb: { ApproximateCreationDateTime: 1743656584, NewImage },
  });

  it("readings are points, in milliseconds, with the fields that Neo adds", () => {
    const more = { tz: { S: "Asia/Kolkata" }, cumulative: { BOOL: true } };
    expect(decoded(record(image({ N: "25.5" }, more)))).toMatchObject([
      {
        type: "rmaker.event.node_ts_data",
        atMs: 1743656584000,
        data: {
          nodeId: "n1",
          series: [
            {
              name: "Sensor.Temperature",
              records: [{ atMs: 1743656583784, dataType: "float", value: 25.5 }],
            },
          ],
          extra: { tz: "Asia/Kolkata", cumulative: true },
        },
      },
    ]);
  });

  it("a reading can have a time in seconds", () => {
    const [event] = decoded(record(image({ N: "1" }, { ts: { N: "1743656583" } })));
    expect(event).toMatchObject({ data: { series: [{ records: [{ atMs: 1743656583000 }] }] } });
  });

  test.each([
    ["a number", { N: "26" }, 26],
    ["a text", { S: "on" }, "on"],
    ["a flag", { BOOL: false }, false],
    ["a list", { L: [{ N: "1" }, { S: "a" }, { NULL: true }] }, [1, "a", null]],
    ["an object", { M: { x: { N: "1" } } }, { x: 1 }],
  ])("%s is a reading", (_, is, v) => {
    expect(eventsOf(record(image(is)))).toMatchObject([{ event_data: { v } }]);
  });

  test.each([
    ["a row that is deleted", record(undefined)],
    ["a record without images", { dynamodb: {} }],
  ])("no event: %s", (_, input) => {
    expect(eventsOf(input)).toEqual([]);
  });

  it("readings whose value cannot be stored go to the dead-letter queue of the reader: none is dropped silently", () => {
    const [event] = readInput(JSON.stringify(record(image({ SS: ["a"] }))));
    const read = decode(readDelivery({ messageId: "1", body: event?.body ?? "" }));
    expect(read.kind).toBe("undecodable");
  });
});

describe("what can never be read", () => {
  const deep = `${"[".repeat(4200)}${"]".repeat(4200)}`;
  test.each([
    ["no JSON", "kitchen", "body-not-json"],
    ["a list", "[]", "data-invalid"],
    [
      "too deep",
      `{"node_id":"n1","shadow":"params-","current":{"params":{"a":${deep}}}}`,
      "data-invalid",
    ],
    ["too large", `"${"x".repeat(1024 * 1024)}"`, "data-invalid"],
    ["no node", JSON.stringify({ shadow: "params-", current: {} }), "data-invalid"],
    [
      "a name that no thing has",
      JSON.stringify({ ...UPDATE, node_id: "a/b", current: {} }),
      "data-invalid",
    ],
    ["no shadow", JSON.stringify({ node_id: "n1", current: {} }), "data-invalid"],
    [
      "a row without a node",
      JSON.stringify({ dynamodb: { NewImage: { ts: { N: "1" } } } }),
      "data-invalid",
    ],
    [
      "more than SNS takes",
      JSON.stringify({ ...UPDATE, current: { params: { a: "x".repeat(MAX_EVENT_BYTES) } } }),
      "data-invalid",
    ],
  ])("the input %s fails permanently, with the reason", (_, text, code) => {
    expect(() => readInput(text)).toThrow(expect.objectContaining({ code, permanent: true }));
  });
});
