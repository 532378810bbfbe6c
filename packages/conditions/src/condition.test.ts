import { describe, expect, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import type { RainmakerEvent } from "@rainhooks/core/event";
import fc from "fast-check";
import {
  appliesTo,
  charactersRead,
  type EventWithNodes,
  holdsFor,
  holdsForEvent,
} from "./condition.ts";
import { conditionMistake } from "./language.ts";

const NODE = {
  id: "kitchen",
  type: "thermostat",
  firmware: "1.2.0",
  tags: ["site:pune", "floor:2"],
};

test.each([
  [undefined, true],
  ['node.type == "thermostat"', true],
  ['node.type == "light"', false],
  ['"site:pune" in node.tags', true],
  ['"site:goa" in node.tags || node.firmware.startsWith("1.")', true],
  ['node.type.contains("mos") && node.type.endsWith("stat")', true],
  ["node.id.lowerAscii() == 'kitchen' && size(node.tags) == 2", true],
  ["double(size(node.tags)) > 1.5 && int(2.0) == size(node.tags)", true],
  ['node.model == "X"', "unknown"],
  ['has(node.model) && node.model == "X"', false],
  ['!(node.model == "X")', "unknown"],
] as const)("the result of the condition %s is %s", (where, result) => {
  expect(appliesTo(where, NODE)).toBe(result);
});

test.each([
  ["value > 30", 31, true],
  ["value == 1", 1, true],
  ["value * 2 > 3.5", 1.7, false],
  ["value > 30", "31", "unknown"],
  ["truth", true, true],
  ['text == "error"', "error", true],
  ["value + 1 == 3.0", 2, true],
  ["value - 1 == 3", 4, true],
  ["value * 3 == 6.0", 2, true],
  ["value / 4 == 0.5", 2, true],
  ["value == 2", 3, false],
  ['text == ""', 7, "unknown"],
  ["truth", "true", "unknown"],
  ['value > 30 && node.type == "thermostat"', 31, true],
] as const)("the result of the condition %s for the value %s is %s", (when, value, result) => {
  expect(conditionMistake(when, "value")).toBeUndefined();
  expect(holdsFor(when, value, NODE)).toBe(result);
});

test("a condition may ask for many tags of a node with a thousand long ones", () => {
  const tags = Array.from({ length: 1000 }, (_, index) => `tag:${index}:${"x".repeat(100)}`);
  const where = Array.from({ length: 12 }, (_, index) => `"no:${index}" in node.tags`).join(" || ");
  expect(conditionMistake(where, "node")).toBeUndefined();
  expect(appliesTo(where, { ...NODE, tags })).toBe(false);
  expect(appliesTo(where, { ...NODE, tags: [...tags, "no:11"] })).toBe(true);
});

test("a condition may have 1,000 characters, and names what it may call", () => {
  const long = `node.id == "${"x".repeat(1000)}"`;
  expect(conditionMistake(`${long.slice(0, 999)}"`, "node")).toBeUndefined();
  expect(conditionMistake(long, "node")).toMatch(/up to 1000 characters, not 1013/);
  expect(conditionMistake('node.id.matches("a")', "node")).toBe(
    "must not call matches. What can be called: contains, startsWith, endsWith, size, has, lowerAscii, double, int",
  );
  expect(conditionMistake("hash(node.id) == 1", "node")).toMatch(/must not call hash/);
});

test("more than 500 conditions are compiled again, not kept", () => {
  for (let count = 0; count < 600; count++)
    expect(appliesTo(`node.id == "${count}"`, NODE)).toBe(false);
});

function eventOf(event_type: string, event_data: object): RainmakerEvent {
  const body = JSON.stringify({ event_type: `rmaker.event.${event_type}`, event_data });
  const decoded = decode(readDelivery({ messageId: "0b1c", body }));
  if (decoded.kind !== "event") throw new Error("It is an event.");
  return decoded.event;
}

const ALERT = eventOf("alert", {
  node_id: "kitchen",
  message_body: { "esp.alert.str": "Too hot" },
});
const READINGS = eventOf("node_ts_data", {
  node_id: "kitchen",
  ts_data: [
    {
      name: "Room.Temperature",
      dt: "float",
      records: [
        { t: 1_700_000_060, v: 31 },
        { t: 1_700_000_000, v: 20 },
      ],
    },
  ],
});
const CHANGED = eventOf("node_params_changed", {
  node_id: "kitchen",
  payload: { Light: { Power: true, Brightness: 40 } },
});
const BOTH = eventOf("user_node_added", { user_id: "u", nodes: ["garden", "kitchen"] });

test.each([
  ['event.type == "alert"', ALERT, true],
  ['event.type == "alert"', CHANGED, false],
  ['event.data.message["esp.alert.str"].contains("hot")', ALERT, true],
  ['event.type == "alert" || series["Room.Temperature"].value > 30', READINGS, true],
  ['event.type == "alert" || series["Room.Temperature"].value > 31', READINGS, false],
  ['series["Room.Temperature"].value == 31', READINGS, true],
  ['series["Room.Temperature"].value > 30', ALERT, "unknown"],
  ['"Room.Temperature" in series', ALERT, false],
  ['series["__proto__"].value > 30', READINGS, "unknown"],
  ["event.data.params.Light.Brightness > 30 && event.data.params.Light.Power", CHANGED, true],
  ["event.data.params.Fan.Speed > 30", CHANGED, "unknown"],
  ["has(event.data.params.Fan) && event.data.params.Fan.Speed > 30", CHANGED, false],
  ['node.type == "thermostat"', ALERT, true],
  ['node.id == "kitchen"', BOTH, true],
  ['node.type == "thermostat"', BOTH, true],
  ['node.type == "light"', BOTH, "unknown"],
  ['"site:pune" in node.tags', BOTH, true],
] as const)("the condition %s is evaluated for an event", (where, event, result) => {
  expect(conditionMistake(where, "event")).toBeUndefined();
  const attributesOf = (id: string) => (id === NODE.id ? NODE : undefined);
  expect(holdsForEvent(where, { event, attributesOf })).toBe(result);
});

test("numbers of events and whole numbers can be calculated with, as those of values", () => {
  const event = eventOf("node_params_changed", {
    node_id: "n1",
    payload: { room: { temperature: 31.5 } },
  });
  for (const where of [
    "event.data.params.room.temperature + 1 > 32",
    "event.data.params.room.temperature * 2 == 63",
    "event.data.params.room.temperature - 1 < 31.0",
    "event.data.params.room.temperature / 2 > 15",
  ]) {
    expect(conditionMistake(where, "event")).toBeUndefined();
    expect([where, holdsForEvent(where, { event, attributesOf: () => undefined })]).toEqual([
      where,
      true,
    ]);
  }
});

test("a condition that cannot be read is unknown, and of very many nodes only the first are asked", () => {
  const nodes = Array.from({ length: 1001 }, (_, index) => `n${index}`);
  const event = eventOf("user_node_removed", { nodes, user_id: "u" });
  const holds = (where: string) => holdsForEvent(where, { event, attributesOf: () => undefined });
  expect(holds("event.type ==")).toBe("unknown");
  expect(holds('node.id == "n999"')).toBe(true);
  expect(holds('node.id == "n1000"')).toBe("unknown");
});

describe("of an event with much text and many nodes", () => {
  const nodes = Array.from({ length: 1000 }, (_, index) => `n${index}`);
  const large = eventOf("user_node_added", { nodes, user_id: "u", more: "é".repeat(200_000) });
  const small = eventOf("user_node_added", { nodes, user_id: "u" });

  /**
   * Asks a condition, and returns its result and the number of nodes for which it was evaluated.
   */
  const ask = (where: string, event: EventWithNodes["event"]) => {
    expect(conditionMistake(where, "event")).toBeUndefined();
    const asked: string[] = [];
    const attributesOf = (id: string) => {
      asked.push(id);
      return { id, tags: [], type: "light" };
    };
    return [holdsForEvent(where, { event, attributesOf }), asked.length];
  };

  test("a condition on much text is evaluated only for as many nodes as a short time allows", () => {
    const where = 'size(event.data.extra.more) > 5 && node.type == "switch"';
    const [result, asked] = ask(where, large);
    expect(result).toBe("unknown");
    expect(asked).toBeGreaterThan(50);
    expect(asked).toBeLessThan(101);
    expect(charactersRead(where, large)).toBeLessThan(41_000_000);
    expect(ask('node.type == "switch"', large)).toEqual([false, 1000]);
    expect(ask('event.type == "user_node_added" && node.type == "switch"', large)).toEqual([
      false,
      1000,
    ]);
    expect(ask(where.replace(".more", ""), small)).toEqual([false, 1000]);
  });

  test("a condition that asks for no node is asked once", () => {
    expect(ask("size(event.data.extra.more) + size(event.data.extra.more) < 5", large)).toEqual([
      false,
      1,
    ]);
    expect(ask("size(event.data.extra.more) > 5", large)).toEqual([true, 1]);
    expect(charactersRead("size(event.data.extra.more) > 5", small)).toBeLessThan(50_000);
  });
});

test("the content of an event cannot make a condition throw, or hold without its value", () => {
  const where = 'event.data.params.x.y > 30 || series["x"].value == 1 || node.name == "x"';
  fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.string(), (payload, node_id) => {
      const event = eventOf("node_params_changed", { node_id: `n${node_id}`, payload });
      const wanted = (payload as { x?: { y?: unknown } }).x?.y;
      const result = holdsForEvent(where, { event, attributesOf: () => undefined });
      expect(result === true).toBe(typeof wanted === "number" && wanted > 30);
    }),
  );
});
