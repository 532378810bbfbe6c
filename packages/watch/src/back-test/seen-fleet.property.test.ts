import { expect, it } from "@jest/globals";
import { type Delivery, decode, nodesOf, type RainmakerEvent } from "@rainhooks/core";
import { type NodeRecord, project, recordOf } from "@rainhooks/node-status";
import { deliveryOf } from "@rainhooks/testing";
import fc from "fast-check";
import { changesBetween } from "../compare.ts";
import type { Episode } from "../episode.ts";
import { faultTransitions } from "../faults.ts";
import { evaluateOutages, type OutageVersion } from "../outage/evaluate-outages.ts";
import { readRule } from "../rule/read-rule.ts";
import { nodeFactsOf } from "../sweep/evaluate-node.ts";
import { BackTest } from "./back-test.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const DAY = 86_400_000;
const PLAYED_MIN = 120;
const TO_MS = START_MS + PLAYED_MIN * MIN;
const NODES = ["a", "b", "c", "d", "e"];

const RULES = [
  { name: "fleet", kind: "outage", by: "fleet", share: 0.5, count: 2 },
  { name: "lasts", kind: "outage", by: "fleet", share: 0.5, count: 2, for: "5m" },
  { name: "tags", kind: "outage", by: "tag", share: 0.5, count: 2 },
  { name: "firmware", kind: "outage", by: "firmware", share: 0.5, count: 2 },
  { name: "here", kind: "outage", by: "fleet", share: 0.3, count: 2, where: 'node.firmware == "1.0.0"' },
];

const deliveries = fc
  .array(
    fc
      .record({
        type: fc.constantFrom(
          ...["node_disconnected", "node_disconnected", "node_connected", "node_connected"],
          ...["node_disconnected", "node_config_changed", "existing_tags_attached", "session"],
        ),
        node: fc.constantFrom(...NODES),
        atMs: fc.oneof(
          fc.nat(PLAYED_MIN * MIN),
          fc.integer({ min: 0, max: 20 }).map((five) => five * 5 * MIN),
        ),
        delayMs: fc.oneof(fc.nat(2 * MIN), fc.nat(40 * MIN)),
        clock: fc.constantFrom("right", "right", "right", "zero"),
        value: fc.nat(3),
      })
      .map(({ type, node, atMs, delayMs, clock, value }) => {
        const EventData = {
          ...{ NodeId: node, nodes: [node], tags: [`site:${value % 2}`] },
          ...{ config: { info: { fw_version: `1.${value % 2}.0` } } },
          reason: value === 0 ? "CONNECTION_LOST" : "SERVER_ERROR",
        };
        const EventType = type === "session" ? "rainhooks.event.node_session_ended" : `rmaker.event.${type}`;
        const Timestamp = clock === "zero" ? 0 : START_MS + atMs;
        return deliveryOf({ EventType, Timestamp, EventData }, { sentAtMs: START_MS + atMs + delayMs });
      }),
    { minLength: 10, maxLength: 60, size: "max" },
  )
  .map((all) => all.map((delivery, index): Delivery => ({ ...delivery, id: `d${index}` })));

/** A node of which only the table knows, and whose last change was before the range. */
const stored: NodeRecord = {
  ...recordOf(project([], 0), "stored"),
  tags: ["site:0"],
  transitions: [{ atMs: START_MS - DAY, state: "online" }],
};

function eventsOf(all: readonly Delivery[]): RainmakerEvent[] {
  return all.flatMap((delivery) => {
    const decoded = decode(delivery);
    return decoded.kind === "event" ? [decoded.event] : [];
  });
}

function fleetAt(events: readonly RainmakerEvent[], publishedMs: number): NodeRecord[] {
  const known = events.filter(({ sentAtMs }) => sentAtMs <= publishedMs);
  const records = [...new Set(known.flatMap(nodesOf))].map((nodeId) => {
    const own = known.filter((event) => nodesOf(event).includes(nodeId));
    const tags = new Set(own.flatMap(({ data }) => ("tags" in data ? data.tags : [])));
    return { ...recordOf(project(own, 0), nodeId), tags: [...tags].sort() };
  });
  return [...records, stored];
}

/** Evaluates all nodes in each minute, as a sweep does. */
function slowly(version: OutageVersion, events: readonly RainmakerEvent[]): string[] {
  const seen: string[] = [];
  const byGroup = new Map<string, readonly Episode[]>();
  for (let nowMs = START_MS; nowMs <= TO_MS; nowMs += MIN) {
    const nodes = fleetAt(events, nowMs).map((record) => ({
      facts: nodeFactsOf(record),
      transitions: faultTransitions(record),
    }));
    const lasting = [...byGroup.values()].flat().filter(({ endMs }) => endMs === undefined);
    const fromMs = Math.min(nowMs - DAY, ...lasting.map(({ startMs }) => startMs));
    const shown = evaluateOutages(version, nodes, fromMs, nowMs).byGroup;
    for (const group of new Set([...shown.keys(), ...lasting.map(({ nodeId }) => nodeId)])) {
      const before = byGroup.get(group) ?? [];
      const own = shown.get(group)?.filter(({ startMs }) => startMs >= START_MS && startMs < TO_MS);
      const compared = before.filter(({ startMs, endMs }) => (own ? startMs >= fromMs : endMs === undefined));
      const after = own ?? compared.map((one): Episode => ({ ...one, endMs: nowMs, ended: "rule-changed" }));
      for (const change of changesBetween(compared, after))
        if (change.kind !== "corrected") seen.push(textOf(nowMs, change));
      byGroup.set(group, [...before.filter((one) => !compared.includes(one)), ...after]);
    }
  }
  return seen.toSorted();
}

function textOf(atMs: number, change: ReturnType<typeof changesBetween>[number]): string {
  const minute = (atMs - START_MS) / MIN;
  if (change.kind === "retracted") return `${minute} retracted ${change.alarmId}`;
  const { alarmId, nodeId, startMs, endMs, ended } = change.episode;
  const was = change.kind === "revised" ? change.was : "";
  return `${minute} ${change.kind} ${was} ${alarmId} ${nodeId} ${startMs} ${endMs} ${ended}`;
}

it.each(RULES)(
  "$name: what is found when, step by step, is what is found with all nodes evaluated in each minute",
  (json) => {
    const rule = readRule(JSON.stringify(json));
    if (rule.kind !== "outage") throw new Error("a rule about outages");
    const version = { rule, version: 1, fromMs: 0, untilMs: undefined };
    let [count, takenBack] = [0, 0];
    fc.assert(
      fc.property(deliveries, (all) => {
        const test = new BackTest({
          versions: [version],
          fromMs: START_MS,
          toMs: TO_MS,
          seenIntervalMs: 3_600_000,
        });
        const events = eventsOf(all);
        for (const event of events) test.add(event);
        test.addStored(stored);
        const seen = test.asSeen().filter(({ change }) => change.kind !== "corrected");
        expect(seen.map(({ atMs, change }) => textOf(atMs, change)).toSorted()).toEqual(
          slowly(version, events),
        );
        count += seen.length;
        takenBack += seen.filter(
          ({ change }) => change.kind === "retracted" || change.kind === "revised",
        ).length;
      }),
      { numRuns: 30 },
    );
    expect(count).toBeGreaterThan(0);
    expect(takenBack).toBeGreaterThan(0);
  },
);
