import { describe, expect, it, test } from "@jest/globals";
import { SESSION_ENDED_RULE } from "@rainhooks/rainmaker/iot-rules";
import { compileRule } from "./sql.ts";

/**
 * Examples of the AWS IoT Core developer guide, "AWS IoT SQL reference", with the results that it
 * states.
 */
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
  [
    "SELECT topic(1) AS t FROM 'things/myThings/thingOne'",
    "things/myThings/thingOne",
    {},
    { t: "things" },
  ],
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
  ])("a condition on a field that is not defined is not true: %s", (where) => {
    expect(select(where, { a: 1 })).toBeUndefined();
  });

  it("a field that is not defined is not selected, and the other fields are", () => {
    expect(select("a <> 'x'", { a: 1 })).toEqual({ a: 1 });
    expect(
      compileRule("SELECT a, b.c AS d, {'e': f} AS g FROM 't'")({ topic: "t", payload: { a: 1 } }),
    ).toEqual({ a: 1, g: {} });
  });

  it("a field that an object only inherits is not defined", () => {
    expect(
      compileRule("SELECT constructor.name AS n FROM 't'")({ topic: "t", payload: {} }),
    ).toEqual({});
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

test("the rule about ends of sessions says why a node disconnected, and nothing of what is no node", () => {
  const rule = compileRule(SESSION_ENDED_RULE.sql);
  const selected = (clientId: string) =>
    rule({
      topic: `$aws/events/presence/disconnected/${clientId}`,
      payload: { clientId, timestamp: 5, disconnectReason: "MQTT_KEEP_ALIVE_TIMEOUT" },
    });
  expect(selected("n1")).toMatchObject({
    event_type: "rainhooks.event.node_session_ended",
    event_data: { node_id: "n1", reason: "MQTT_KEEP_ALIVE_TIMEOUT" },
  });
  expect(selected("user:5c75d6be")).toBeUndefined();
});
