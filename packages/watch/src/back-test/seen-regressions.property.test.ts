import { expect, it } from "@jest/globals";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core";
import { project, recordOf } from "@rainhooks/node-status";
import fc from "fast-check";
import { changesBetween } from "../compare.ts";
import type { Episode } from "../episode.ts";
import {
  type EarlierAlarm,
  RegressionEvaluation,
  type RegressionVersion,
} from "../regression/evaluate-regressions.ts";
import { readRule } from "../rule/read-rule.ts";
import { nodeFactsOf } from "../sweep/evaluate-node.ts";
import { eventOf } from "../testing/played-stage.ts";
import { BackTest } from "./back-test.ts";

const START_MS = Date.UTC(2026, 10, 24);
const [MIN, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const HOURS = 40;
const TO_MS = START_MS + HOURS * HOUR;
const NODES = 12;
const RULES = [
  { name: "drops", kind: "regression", window: "3h", nodes: 5, count: 5 },
  { name: "alerts", kind: "regression", window: "6h", nodes: 5, count: 5, event: "alerts" },
];

/** How often nodes of the new firmware and the others drop and send alerts, and how late one in some events comes. */
const stories = fc.record({
  badPercent: fc.integer({ min: 40, max: 100 }),
  goodPercent: fc.integer({ min: 0, max: 20 }),
  untilHour: fc.integer({ min: 8, max: HOURS }),
  lateHours: fc.array(fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 30 })), {
    minLength: 23,
    maxLength: 23,
  }),
  seed: fc.nat(),
});
type Story = typeof stories extends fc.Arbitrary<infer S> ? S : never;

function eventsOf({ badPercent, goodPercent, untilHour, lateHours, seed }: Story): RainmakerEvent[] {
  const events: RainmakerEvent[] = [];
  let number = seed % 1000;
  const add = (type: string, atMs: number, data: object) => {
    number += 1;
    const lateMs = (lateHours[number % lateHours.length] ?? 0) * HOUR;
    events.push(eventOf(type, atMs, data, atMs + lateMs));
  };
  for (let node = 0; node < NODES; node += 1) {
    const node_id = `n${node}`;
    const isNew = node % 2 === 0;
    const report = (firmware: string, atMs: number) =>
      add("node_config_changed", atMs, { node_id, config: { info: { fw_version: firmware } } });
    add("node_connected", START_MS, { node_id });
    report("1.0", START_MS + 1);
    if (isNew) report("2.0", START_MS + HOUR + 1);
    for (let hour = 1; hour < untilHour; hour += 1) {
      const percent = isNew && hour > 1 ? badPercent : goodPercent;
      if ((hour * 7919 + node * 104_729 + seed) % 100 >= percent) continue;
      const atMs = START_MS + hour * HOUR + ((node * 617 + hour * 31) % 3000) * 1000;
      add("node_disconnected", atMs, { node_id });
      add("node_connected", atMs + MIN, { node_id });
      add("alert", atMs, { node_id, message_body: "x" });
    }
  }
  return events;
}

function versionOf(json: object): RegressionVersion {
  const rule = readRule(JSON.stringify(json));
  if (rule.kind !== "regression") throw new Error("a rule about firmwares");
  return { rule, version: 1, fromMs: START_MS, untilMs: undefined };
}

/** Evaluates all nodes five minutes after each hour, as a sweep does. */
function slowly(version: RegressionVersion, events: readonly RainmakerEvent[]): string[] {
  const seen: string[] = [];
  const byGroup = new Map<string, Episode[]>();
  for (let markMs = START_MS; markMs + 5 * MIN <= TO_MS; markMs += HOUR) {
    const nowMs = markMs + 5 * MIN;
    for (const [group, shown] of shownAt(version, events, markMs, byGroup)) {
      const before = byGroup.get(group) ?? [];
      const compared = before.filter(({ startMs, endMs }) => startMs >= markMs - DAY || endMs === undefined);
      for (const change of changesBetween(compared, shown))
        if (change.kind !== "corrected") seen.push(textOf(nowMs, change));
      byGroup.set(group, [...before.filter((one) => !compared.includes(one)), ...shown]);
    }
  }
  return seen.toSorted();
}

function shownAt(
  version: RegressionVersion,
  events: readonly RainmakerEvent[],
  markMs: number,
  byGroup: ReadonlyMap<string, Episode[]>,
) {
  const nowMs = markMs + 5 * MIN;
  const evaluation = new RegressionEvaluation(version, markMs - DAY, markMs);
  for (let node = 0; node < NODES; node += 1) {
    const nodeId = `n${node}`;
    const own = events.filter((event) => nodesOf(event).includes(nodeId) && event.sentAtMs <= nowMs);
    const record = recordOf(project(own, 0), nodeId);
    evaluation.add(nodeFactsOf(record), record);
  }
  const earlier = new Map<string, EarlierAlarm>();
  for (const [group, all] of byGroup)
    for (const { startMs, endMs, memberCount = 0, ratio = 0 } of all)
      if (startMs < markMs - DAY && startMs >= (earlier.get(group)?.startMs ?? 0))
        earlier.set(group, { startMs, isOpen: endMs === undefined, memberCount, ratio });
  return evaluation.episodes(nowMs, earlier);
}

function textOf(atMs: number, change: ReturnType<typeof changesBetween>[number]): string {
  if (change.kind === "retracted") return `${atMs} retracted ${change.alarmId}`;
  const { alarmId, startMs, endMs } = change.episode;
  return `${atMs} ${change.kind} ${alarmId} ${startMs} ${endMs} ${change.kind === "revised" ? change.was : ""}`;
}

it.each(RULES)(
  "$name: what is found when is what is found with all nodes evaluated after each hour",
  (rule) => {
    const version = versionOf(rule);
    let count = 0;
    fc.assert(
      fc.property(stories, (story) => {
        const events = eventsOf(story);
        const test = new BackTest({ versions: [version], fromMs: START_MS, toMs: TO_MS });
        for (const event of events) test.add(event);
        const seen = test.asSeen().filter(({ change }) => change.kind !== "corrected");
        expect(seen.map(({ atMs, change }) => textOf(atMs, change)).toSorted()).toEqual(
          slowly(version, events),
        );
        count += seen.length;
      }),
      { numRuns: 6 },
    );
    expect(count).toBeGreaterThan(0);
  },
);
