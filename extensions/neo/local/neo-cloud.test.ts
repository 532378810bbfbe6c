import { describe, expect, it, test } from "@jest/globals";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";
import { LocalIot } from "@rainhooks/local/rainmaker/iot/local-iot";
import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { NEO_RULES } from "../iot-rules.ts";
import { readInput } from "../read-input.ts";
import { NEO_SAMPLES, SAMPLE_NODE } from "../testing/samples.ts";
import { neoCloud, ReadingsTable } from "./neo-cloud.ts";

const NOW_MS = 1_743_656_583_784;

/**
 * A Neo with a node's messages in, and events out: the rules, and what the function makes of its
 * queue.
 */
function startCloud() {
  const events: {
    readonly type: string;
    readonly data: JsonObject;
    readonly timestamp: JsonValue;
  }[] = [];
  const published: [string, JsonValue][] = [];
  const note = (body: JsonValue) => {
    const { event_type, event_data, timestamp = null } = isJsonObject(body) ? body : {};
    const { node_id: _, ...data } = isJsonObject(event_data) ? event_data : {};
    events.push({ type: String(event_type), data, timestamp });
  };
  const fromQueue = (message: JsonValue) => {
    for (const { body } of readInput(JSON.stringify(message))) note(JSON.parse(body));
    return Promise.resolve();
  };
  const iot = new LocalIot(
    [...NEO_RULES, SESSION_ENDED_RULE],
    async (to, selected) => (to === "queue" ? fromQueue(selected) : note(selected)),
    () => NOW_MS,
  );
  const cloud = neoCloud({ iot, readings: new ReadingsTable(() => NOW_MS), toQueue: fromQueue });
  const say = async (topic: string, payload: JsonValue, clientId = SAMPLE_NODE) => {
    const publish = (on: string, message: JsonValue) => published.push([on, message]);
    await cloud.take({ clientId, topic, payload, publish });
    return events.splice(0);
  };
  return { cloud, say, published, events };
}

const shadow = (name: string) => `$aws/things/${SAMPLE_NODE}/shadow/name/${name}`;
const topicOf = (topic: string) =>
  topic.startsWith("shadow/")
    ? `$aws/things/${SAMPLE_NODE}/${topic}`
    : `rainmaker/nodes/${SAMPLE_NODE}/${topic}`;
const reported = (state: JsonObject) => ({ state: { reported: state } });

test("each example of Neo's documentation has its events", async () => {
  const { say } = startCloud();
  for (const { name, topic, payload, events } of NEO_SAMPLES)
    expect([
      name,
      (await say(topicOf(topic), payload)).map(({ type, data }) => ({ type, data })),
    ]).toEqual([name, events]);
});

test("Basic Ingest has the same events", async () => {
  const { say } = startCloud();
  const payload = { k: "Light.Power", dt: "bool", t: NOW_MS, v: true };
  const plain = await say(`rainmaker/nodes/${SAMPLE_NODE}/ts/abc`, payload);
  const basic = await say(`$aws/rules/node_ts_rule/rainmaker/nodes/${SAMPLE_NODE}/ts/abc`, {
    ...payload,
    t: NOW_MS + 1,
  });
  expect([...plain, ...basic].map(({ data }) => data["t"])).toEqual([NOW_MS, NOW_MS + 1]);
});

describe("readings", () => {
  const one = (t: number, v: number) => ({ k: "Meter.Energy", dt: "float", t, v });

  it("each reading of a batch is an event", async () => {
    const { say } = startCloud();
    const events = await say(`rainmaker/nodes/${SAMPLE_NODE}/ts/abc/batch`, {
      data: [one(1, 1), one(2, 2), 3],
    });
    expect(events.map(({ data }) => data["v"])).toEqual([1, 2]);
  });

  it("a repeated reading is no event, and a second value within a millisecond is one", async () => {
    const { say } = startCloud();
    const topic = `rainmaker/nodes/${SAMPLE_NODE}/ts/abc`;
    expect(await say(topic, one(NOW_MS, 1))).toHaveLength(1);
    expect(await say(topic, one(NOW_MS, 1))).toHaveLength(0);
    expect((await say(topic, one(NOW_MS, 2))).map(({ data }) => data["v"])).toEqual([2]);
  });
});

describe("shadows", () => {
  it("shadows publish to the node what is desired and what is stored", async () => {
    const { say, published } = startCloud();
    await say(`${shadow("params-")}/update`, reported({ params: { Light: { Power: false } } }));
    published.splice(0);
    const wanted = { state: { desired: { params: { Light: { Power: true } } } } };
    expect(await say(`${shadow("params-")}/update`, wanted, "user:anna")).toEqual([]);
    expect(published.map(([topic]) => topic.replace(shadow("params-"), ""))).toEqual([
      "/update/accepted",
      "/update/delta",
      "/update/documents",
    ]);
    expect(published[1]?.[1]).toMatchObject({
      state: { params: { Light: { Power: true } } },
      version: 2,
    });
    expect(published[2]?.[1]).toMatchObject({
      previous: { state: { reported: { params: { Light: { Power: false } } } }, version: 1 },
      current: { state: { desired: { params: { Light: { Power: true } } } }, version: 2 },
      timestamp: 1_743_656_583,
    });
    published.splice(0);
    const done = await say(
      `${shadow("params-")}/update`,
      reported({ params: { Light: { Power: true } } }),
    );
    expect(done).toMatchObject([
      { data: { payload: { Light: { Power: true } } }, timestamp: 1_743_656_583 },
    ]);
    expect(published.map(([topic]) => topic)).not.toContain(`${shadow("params-")}/update/delta`);
    published.splice(0);
    await say(`${shadow("params-")}/get`, {});
    expect(published).toMatchObject([
      [`${shadow("params-")}/get/accepted`, { state: { reported: {} }, version: 3 }],
    ]);
  });

  it("shadows delete what is null", async () => {
    const { say, published } = startCloud();
    await say(`${shadow("params-")}/update`, reported({ params: { A: 1, B: 2 } }));
    await say(`${shadow("params-")}/update`, reported({ params: { A: null } }));
    expect(published.at(-1)?.[1]).toMatchObject({
      current: { state: { reported: { params: { B: 2 } } } },
    });
    expect(JSON.stringify(published.at(-1)?.[1])).not.toContain(
      '"current":{"state":{"reported":{"params":{"A"',
    );
  });

  test.each([
    ["update", "none", 400],
    ["update", { state: 3 }, 400],
    ["update", { ...reported({}), version: 7 }, 409],
    ["update", reported({ a: "x".repeat(9000) }), 413],
    ["get", {}, 404],
  ])("shadows refuse %s of %j as AWS IoT does", async (action, payload, code) => {
    const { say, published } = startCloud();
    expect(await say(`${shadow("params-")}/${action}`, payload)).toEqual([]);
    expect(published).toMatchObject([[`${shadow("params-")}/${action}/rejected`, { code }]]);
  });
});

describe("presence", () => {
  it("presence events are sent for nodes only, and have session, version and reason", async () => {
    const { cloud, events } = startCloud();
    for (const id of [SAMPLE_NODE, "user:anna"]) {
      await cloud.connected(id);
      await cloud.disconnected(id, "MQTT_KEEP_ALIVE_TIMEOUT");
      await cloud.connected(id);
    }
    expect(events.map(({ type }) => type.replace(/^.*event\./, ""))).toEqual([
      "node_connected",
      "node_disconnected",
      "node_session_ended",
      "node_connected",
    ]);
    const [first, ended, why, second] = events.map(({ data }) => data);
    expect(ended).toEqual({ ...first, reason: "MQTT_KEEP_ALIVE_TIMEOUT" });
    expect(why).toEqual({ session_id: first?.["session_id"], reason: "MQTT_KEEP_ALIVE_TIMEOUT" });
    expect([first?.["version"], second?.["version"]]).toEqual([0, 1]);
    expect(second?.["session_id"]).not.toBe(first?.["session_id"]);
  });
});

describe("topics", () => {
  const { cloud } = startCloud();

  test.each([
    [SAMPLE_NODE, `rainmaker/nodes/${SAMPLE_NODE}/ts/x`, true],
    [SAMPLE_NODE, `${shadow("params-")}/update`, true],
    [SAMPLE_NODE, "rainmaker/nodes/other/ts/x", false],
    [SAMPLE_NODE, "$aws/things/other/shadow/name/iparams/update", false],
    [SAMPLE_NODE, `$aws/events/presence/connected/${SAMPLE_NODE}`, false],
    ["user:anna", `${shadow("params-")}/update`, true],
    ["user:anna", "node/x/config", false],
  ])("a client %s may use %s: %s", (clientId, topic, may) => {
    expect(cloud.mayUse(clientId, topic)).toBe(may);
  });

  test.each(["rainmaker/nodes/n/else", `${shadow("params-")}/delete`, "rainmaker/nodes/n/ts/a/b"])(
    "there is no %s",
    (topic) => {
      expect(
        cloud.take({ clientId: "n", topic, payload: {}, publish: () => undefined }),
      ).toBeUndefined();
    },
  );
});
