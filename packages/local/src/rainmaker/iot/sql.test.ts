import { describe, expect, it, test } from "@jest/globals";
import { NEO_RULES, SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { compileRule } from "./sql.ts";

/** Examples in the AWS IoT Core developer guide, "AWS IoT SQL reference", and what it says comes out. */
const DOCUMENTED = [
  [
    "SELECT color AS my_color FROM 'topic/subtopic'",
    "topic/subtopic",
    { color: "red", temperature: 50 },
    { my_color: "red" },
  ],
  [
    "SELECT color FROM 'topic/subtopic'",
    "topic/subtopic",
    { color: "red", temperature: 50 },
    { color: "red" },
  ],
  [
    "SELECT color AS my_color, temperature AS fahrenheit FROM 'topic/subtopic'",
    "topic/subtopic",
    { color: "red", temperature: 50 },
    { my_color: "red", fahrenheit: 50 },
  ],
  [
    "SELECT color.red AS red_value FROM 'topic/subtopic'",
    "topic/subtopic",
    { color: { red: 255, green: 0, blue: 0 }, temperature: 50 },
    { red_value: 255 },
  ],
  [
    "SELECT {'latitude': lat, 'longitude': long} AS lat_long FROM 'topic/subtopic'",
    "topic/subtopic",
    { lat: 47.606, long: -122.332 },
    { lat_long: { latitude: 47.606, longitude: -122.332 } },
  ],
  [
    "SELECT topic() AS t FROM 'things/myThings/thingOne'",
    "things/myThings/thingOne",
    {},
    { t: "things/myThings/thingOne" },
  ],
  ["SELECT topic(1) AS t FROM 'things/myThings/thingOne'", "things/myThings/thingOne", {}, { t: "things" }],
  ['SELECT startswith("ranger","ran") AS is FROM \'t\'', "t", {}, { is: true }],
  [
    "SELECT color AS rgb FROM 'topic/subtopic' WHERE color <> 'red'",
    "topic/subtopic",
    { color: "red" },
    undefined,
  ],
  ...[
    ["yellow", { instructions: "caution" }],
    ["blue", { instructions: "you are not at a stop light" }],
    [undefined, {}],
  ].map(
    ([color, instructions]) =>
      [
        "SELECT CASE color WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution' WHEN 'red' THEN 'stop' ELSE 'you are not at a stop light' END AS instructions FROM 'topic/subtopic'",
        "topic/subtopic",
        color === undefined ? {} : { color },
        instructions,
      ] as const,
  ),
  ["SELECT color FROM 'topic/+'", "topic/subtopic", { color: "red" }, { color: "red" }],
  ["SELECT color FROM 'topic/#'", "topic/a/b", { color: "red" }, { color: "red" }],
  ["SELECT color FROM 'topic/+'", "topic/a/b", { color: "red" }, undefined],
] as const;

test.each(DOCUMENTED)("AWS's documentation: %s", (sql, topic, payload, selected) => {
  expect(compileRule(sql)({ topic, payload })).toEqual(selected);
});

describe("what is not defined", () => {
  const select = (where: string, payload = {}) =>
    compileRule(`SELECT a FROM 't' WHERE ${where}`)({ topic: "t", payload });

  test.each([
    "b = 'x'",
    "b <> 'x'",
    "b",
    "b = 'x' OR a = 1",
    "a = 1 OR b = 'x'",
    "startswith(b, 'x') = false",
  ])("is not true: %s", (where) => {
    expect(select(where, { a: 1 })).toBeUndefined();
  });

  it("is not selected, and the rest is", () => {
    expect(select("a <> 'x'", { a: 1 })).toEqual({ a: 1 });
    expect(
      compileRule("SELECT a, b.c AS d, {'e': f} AS g FROM 't'")({ topic: "t", payload: { a: 1 } }),
    ).toEqual({ a: 1, g: {} });
  });

  it("is a field that an object only inherits", () => {
    expect(compileRule("SELECT constructor.name AS n FROM 't'")({ topic: "t", payload: {} })).toEqual({});
  });
});

test.each([
  "SELECT * FROM 't'",
  "SELECT a FROM 't' WHERE NOT startswith(a, 'x')",
  "SELECT a FROM 't' WHERE a > 1",
  "SELECT lower(a) AS b FROM 't'",
  "SELECT 'x' FROM 't'",
  "SELECT a FROM t",
  "SELECT a FROM 't' LIMIT 1",
])("it refuses what it does not know: %s", (sql) => {
  expect(() => compileRule(sql)).toThrow(TypeError);
});

const rules = new Map([...NEO_RULES, SESSION_ENDED_RULE].map(({ name, sql }) => [name, compileRule(sql)]));

function selected(name: string, topic: string, payload: object) {
  return rules.get(name)?.({ topic, payload: payload as never });
}

describe("the rules of a stage", () => {
  // Source: espressif/esp-rainmaker-neo, docs/api/MQTT_Node.yaml, PresenceDisconnected.
  const ended = {
    clientId: "ABCDEF1234567890",
    eventType: "disconnected",
    sessionIdentifier: "adecf6af-2abd-4f23-8309-cf9257de3fa0",
    timestamp: 1743656583784,
    versionNumber: 0,
    disconnectReason: "CLIENT_INITIATED_DISCONNECT",
  };
  const at = (kind: string, id = ended.clientId) => `$aws/events/presence/${kind}/${id}`;

  it("select the end of a session, with its reason", () => {
    expect(selected("neo-disconnected", at("disconnected"), ended)).toEqual({
      event_type: "rmaker.event.node_disconnected",
      timestamp: 1743656583784,
      event_data: {
        node_id: "ABCDEF1234567890",
        session_id: "adecf6af-2abd-4f23-8309-cf9257de3fa0",
        version: 0,
        reason: "CLIENT_INITIATED_DISCONNECT",
      },
    });
    expect(selected("disconnect-reasons", at("disconnected"), ended)).toMatchObject({
      event_type: "rainhooks.event.node_session_ended",
      event_data: { reason: "CLIENT_INITIATED_DISCONNECT" },
    });
    expect(selected("neo-connected", at("disconnected"), ended)).toBeUndefined();
  });

  it("select the end of a session whose reason is not said: the node is offline", () => {
    const { disconnectReason: _, ...unexplained } = ended;
    for (const name of ["neo-disconnected", "disconnect-reasons"])
      expect(selected(name, at("disconnected"), unexplained)).toMatchObject({
        event_data: { node_id: "ABCDEF1234567890", session_id: "adecf6af-2abd-4f23-8309-cf9257de3fa0" },
      });
  });

  it("leave out a session that a newer one has replaced: the node is connected. Why it ended is still said", () => {
    const replaced = { ...ended, disconnectReason: "DUPLICATE_CLIENTID" };
    expect(selected("neo-disconnected", at("disconnected"), replaced)).toBeUndefined();
    expect(selected("disconnect-reasons", at("disconnected"), replaced)).toBeDefined();
  });

  test.each(["user:5c75d6be", "iotconsole-1700000000000-0"])("leave out %s, which is no node", (clientId) => {
    const other = { ...ended, clientId };
    for (const name of ["neo-connected", "neo-disconnected", "disconnect-reasons"])
      for (const kind of ["connected", "disconnected"])
        expect(selected(name, at(kind, clientId), other)).toBeUndefined();
  });

  it("select of a shadow what is reported, of shadows of parameters and of identity alone", () => {
    const state = (Power: boolean) => ({
      state: { reported: { params: { Light: { Power } } }, desired: {} },
      metadata: {},
      version: 1,
    });
    const documents = { previous: state(true), current: state(false), timestamp: 1743656583 };
    const of = (shadow: string) =>
      selected("neo-shadows", `$aws/things/n1/shadow/name/${shadow}/update/documents`, documents);
    const said = (shadow: string) => ({
      node_id: "n1",
      shadow,
      timestamp: 1743656583,
      version: 1,
      previous: { params: { Light: { Power: true } } },
      current: { params: { Light: { Power: false } } },
    });
    expect(of("params-")).toEqual(said("params-"));
    expect(of("params-abc123-def")).toEqual(said("params-abc123-def"));
    expect(of("iparams")).toEqual(said("iparams"));
    expect(of("other")).toBeUndefined();
    expect(
      selected("neo-shadows", "$aws/things/n1/shadow/name/iparams/update/accepted", documents),
    ).toBeUndefined();
  });
});
