import { expect, it } from "@jest/globals";
import { appliesTo } from "@rainhooks/conditions/condition";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { fieldsWith } from "@rainhooks/node-status/facts";
import { project } from "@rainhooks/node-status/project";
import { hostileBody } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { evaluate } from "../evaluate.ts";
import { readRule } from "../rule/read-rule.ts";
import type { RuleVersion } from "../rule/rule.ts";
import { ALARM_FIELDS } from "../stores/node-fields.ts";
import { historyOf, recordOf } from "../stores/node-record.ts";
import { BackTest } from "./back-test.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const TO_MS = START_MS + 600 * MIN;
const INTERVAL_MS = 60 * MIN;
const TAGS = ["site:pune", "floor:1"];

const RULES = [
  { name: "off", kind: "offline", for: "10m" },
  { name: "off-here", kind: "offline", for: "1m", where: '"site:pune" in node.tags' },
  { name: "off-firmware", kind: "offline", for: "1m", where: 'node.firmware == "1.2.0"' },
  { name: "quiet", kind: "silent", for: "1h" },
  { name: "flaps", kind: "flapping", count: 2, window: "1h" },
  { name: "hot", kind: "threshold", series: "Room.Temperature", above: 30, for: "0s" },
  {
    name: "hot-here",
    kind: "threshold",
    series: "Room.Temperature",
    when: 'value > 30.0 && "site:pune" in node.tags',
    for: "0s",
  },
  {
    name: "jumps",
    kind: "rate",
    series: "Room.Temperature",
    change: 5,
    window: "1h",
    direction: "any",
  },
];

const TYPES = [
  "node_connected",
  "node_disconnected",
  "node_connected",
  "node_disconnected",
  "node_config_changed",
  "node_ts_data",
  "node_params_changed",
  "alert",
  "user_node_added",
  "new_tags_added",
];

/** Deliveries as RainMaker sends them, some with a wrong clock. */
const plainDelivery = fc
  .record({
    type: fc.constantFrom(...TYPES, "session"),
    node: fc.constantFrom("a", "b"),
    atMin: fc.nat(590),
    delayMin: fc.nat(30),
    clock: fc.constantFrom("right", "right", "right", "zero", "none"),
    value: fc.integer({ min: 20, max: 40 }),
  })
  .map(({ type, node, atMin, delayMin, clock, value }) => {
    const atMs = START_MS + atMin * MIN;
    const EventData = {
      NodeId: node,
      nodes: [node],
      user_id: "u",
      config: { info: { fw_version: `1.${value % 3}.0` } },
      tags: [TAGS[value % 2]],
      payload: "{}",
      message_body: "x",
      reason: value % 2 === 0 ? "SERVER_ERROR" : "CONNECTION_LOST",
      ts_data: [
        {
          name: "Room.Temperature",
          dt: "int",
          ts_data_version: "2021-09-13",
          records: [{ v: value, t: atMs / 1000 }],
        },
      ],
    };
    const EventType =
      type === "session" ? "rainhooks.event.node_session_ended" : `rmaker.event.${type}`;
    const Timestamp = clock === "right" ? atMs : clock === "zero" ? 0 : undefined;
    return deliveryOf({ EventType, Timestamp, EventData }, { sentAtMs: atMs + delayMin * MIN });
  });

const hostileDelivery = fc
  .tuple(
    hostileBody,
    fc.nat(600),
    fc.constantFrom("rmaker.event.node_connected", "rmaker.event.alert", ""),
  )
  .map(([body, atMin, type]) =>
    deliveryOf(body, { sentAtMs: START_MS + atMin * MIN, attributes: { event_type: type } }),
  );

const deliveries = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: plainDelivery }, { weight: 1, arbitrary: hostileDelivery }),
    {
      maxLength: 60,
      size: "max",
    },
  )
  .map((all) => all.map((delivery, index): Delivery => ({ ...delivery, id: `d${index}` })));

function versionOf(rule: object): RuleVersion {
  return { rule: readRule(JSON.stringify(rule)), version: 1, fromMs: 0, untilMs: undefined };
}

function eventsOf(all: readonly Delivery[]): RainmakerEvent[] {
  return all.flatMap((delivery) => {
    const decoded = decode(delivery);
    return decoded.kind === "event" ? [decoded.event] : [];
  });
}

/** Evaluates a rule with all that the events of each node say, and no shortcut. */
function slowly(version: RuleVersion, events: readonly RainmakerEvent[]) {
  const { rule } = version;
  return [...new Set(events.flatMap(nodesOf))].flatMap((nodeId) => {
    const own = events.filter((event) => nodesOf(event).includes(nodeId));
    const tags = own.flatMap(({ data }) => ("tags" in data ? data.tags : []));
    const facts = project(own, INTERVAL_MS, fieldsWith(ALARM_FIELDS));
    const record = { ...recordOf(facts, nodeId), tags };
    const points = own
      .flatMap((event) => (event.type === "rmaker.event.node_ts_data" ? event.data.series : []))
      .filter(({ name }) => "series" in rule && name === rule.series)
      .flatMap(({ records }) => records.map(({ atMs, value }) => ({ atMs, value })))
      .toSorted((a, b) => a.atMs - b.atMs);
    const plain = historyOf(record, 0);
    const history =
      "series" in rule
        ? { ...plain, fromMs: 0, series: { name: rule.series, points, complete: true } }
        : plain;
    if (appliesTo(rule.where, history.node) !== true) return [];
    return evaluate(version, history, TO_MS).filter(
      ({ startMs }) => startMs >= START_MS && startMs < TO_MS,
    );
  });
}

function keysOf(alarms: ReturnType<typeof slowly>): string[] {
  return alarms.map((alarm) => JSON.stringify(alarm)).toSorted();
}

function fastTest(version: RuleVersion, all: readonly Delivery[]): BackTest {
  const test = new BackTest({ versions: [version], fromMs: START_MS, toMs: TO_MS });
  for (const event of eventsOf(all.filter((delivery) => test.mentions(JSON.stringify(delivery)))))
    test.add(event);
  return test;
}

it.each(RULES)("$name: the alarms are those of all events, decoded and kept in full", (rule) => {
  const version = versionOf(rule);
  let count = 0;
  fc.assert(
    fc.property(deliveries, fc.boolean(), (all, reversed) => {
      const alarms = fastTest(version, reversed ? all.toReversed() : all).alarms();
      expect(keysOf(alarms)).toEqual(keysOf(slowly(version, eventsOf(all))));
      count += alarms.length;
    }),
    { numRuns: 100 },
  );
  expect(count).toBeGreaterThan(0);
});
