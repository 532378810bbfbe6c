import { describe, expect, it } from "@jest/globals";
import { readRule } from "../rule/read-rule.ts";
import { RegressionEvaluation, regressionVersions } from "./evaluate-regressions.ts";
import type { FirmwareHistory } from "./node-hours.ts";

const HOUR = 3_600_000;
/** The tests play from hour 100 on; everything is known from hour 0 on. */
const FROM = 100;
const TO = 150;

function versionOf(fields: object, fromHour = 0) {
  const rule = readRule(JSON.stringify({ name: "bad", kind: "regression", ...fields }));
  const [version] = regressionVersions([{ rule, version: 1, fromMs: fromHour * HOUR, untilMs: undefined }]);
  if (version === undefined) throw new Error("another kind");
  return version;
}

/** A node that is online, and drops for a minute at some hours. */
function node(firmware: string, drops: readonly number[]): FirmwareHistory {
  return {
    transitions: [
      { atMs: 0, state: "online" },
      ...drops.flatMap((hour): FirmwareHistory["transitions"] => [
        { atMs: (hour + 0.5) * HOUR, state: "offline" },
        { atMs: (hour + 0.5) * HOUR + 60_000, state: "online" },
      ]),
    ],
    firmwareReports: [{ firmware, atMs: 0 }],
    alertHours: { intervalMs: HOUR, intervals: drops.map((hour) => hour * HOUR), beforeMs: undefined },
  };
}

const hours = (from: number, to: number, every: number, shift = 0) =>
  Array.from(
    { length: Math.ceil((to - from) / every) },
    (_, index) => from + index * every + (shift % every),
  );

interface Fleet {
  readonly old: readonly FirmwareHistory[];
  readonly fresh: readonly FirmwareHistory[];
}

function alarms(
  fields: object,
  { old, fresh }: Fleet,
  options: { earlier?: { startMs: number; isOpen: boolean }; ruleFrom?: number; now?: number } = {},
) {
  const { earlier, ruleFrom = 0, now = TO } = options;
  const evaluation = new RegressionEvaluation(versionOf(fields, ruleFrom), FROM * HOUR, now * HOUR);
  for (const [index, history] of [...old, ...fresh].entries())
    evaluation.add({ id: `n${index}`, tags: [], firmware: index < old.length ? "1" : "2" }, history);
  const before = new Map(
    earlier === undefined ? [] : [["firmware:2", { ...earlier, memberCount: 7, ratio: 3 }]],
  );
  return [...evaluation.episodes(now * HOUR, before).values()]
    .flat()
    .map(({ nodeId, startMs, endMs, memberCount, ratio }) => ({
      nodeId,
      start: startMs / HOUR,
      end: endMs === undefined ? "lasts" : endMs / HOUR,
      memberCount,
      ratio,
    }));
}

const repeat = (count: number, make: (index: number) => FirmwareHistory) =>
  Array.from({ length: count }, (_, index) => make(index));
const good = repeat(100, (index) => node("1", hours(0, TO, 50, index)));
/** Ten times as often from hour 110 to hour 130. */
const bad = repeat(40, (index) => node("2", [...hours(0, 110, 50, index), ...hours(110, 130, 5, index)]));

describe("a firmware", () => {
  it("that drops more often than the others is an alarm until six hours after it is none any more", () => {
    const [alarm, ...others] = alarms({ window: "12h" }, { old: good, fresh: bad });
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ nodeId: "firmware:2", memberCount: 40 });
    expect(alarm?.start).toBeGreaterThan(111);
    expect(alarm?.start).toBeLessThan(117);
    expect(alarm?.end).toBeGreaterThan(136);
    expect(alarm?.end).toBeLessThan(149);
    expect(alarm?.ratio).toBeGreaterThan(2);
  });

  it("that sends more alerts is one, too, by its own event", () => {
    expect(alarms({ window: "12h", event: "alerts" }, { old: good, fresh: bad })).toHaveLength(1);
    expect(alarms({ window: "12h", where: 'node.firmware == "1"' }, { old: good, fresh: bad })).toEqual([]);
  });

  it.each<[string, object, Fleet]>([
    [
      "is as good as the others",
      {},
      { old: good, fresh: repeat(40, (index) => node("2", hours(0, TO, 50, index))) },
    ],
    ["is on too few nodes", {}, { old: good, fresh: bad.slice(0, 29) }],
    ["has no others to compare with", {}, { old: [], fresh: bad }],
    ["has too few of them", {}, { old: good.slice(0, 29), fresh: bad }],
    ["drops too seldom", { count: 1000 }, { old: good, fresh: bad }],
    ["is worse by less than the rule says", { ratio: 20 }, { old: good, fresh: bad }],
    ["drops in one hour, as in an outage", {}, { old: good, fresh: repeat(40, () => node("2", [120])) }],
    [
      "has a few bad nodes",
      { window: "24h" },
      {
        old: good,
        fresh: repeat(40, (index) =>
          node("2", index < 2 ? hours(100, 130, 1) : hours(0, TO, 50, index * 13)),
        ),
      },
    ],
  ])("that %s is none", (_, fields, fleet) => {
    expect(alarms({ window: "12h", ...fields }, fleet)).toEqual([]);
  });

  it("that began to be bad before the range goes on under its alarm, or under none", () => {
    const since = repeat(40, (index) =>
      node("2", [...hours(0, 120, 5, index), ...hours(120, TO, 50, index)]),
    );
    const fleet = { old: good, fresh: since };
    const rule = { window: "12h" };
    const [open] = alarms(rule, fleet, { earlier: { startMs: 20 * HOUR, isOpen: true } });
    expect(open).toMatchObject({ start: 20, memberCount: 7, ratio: 3 });
    expect(open?.end).toBeGreaterThan(125);
    expect(alarms(rule, fleet, { earlier: { startMs: 20 * HOUR, isOpen: false } })).toEqual([]);
    expect(alarms(rule, fleet)).toEqual([]);
    expect(alarms(rule, fleet, { ruleFrom: 101 })).toHaveLength(1);
    const calm = { old: good, fresh: repeat(40, (index) => node("2", hours(0, TO, 50, index))) };
    expect(alarms(rule, calm, { earlier: { startMs: 20 * HOUR, isOpen: true } })).toMatchObject([
      { start: 20, end: FROM },
    ]);
  });

  it("has the same alarms however far back is evaluated", () => {
    const evaluation = new RegressionEvaluation(versionOf({ window: "12h" }), 105 * HOUR, 140 * HOUR);
    for (const [index, history] of [...good, ...bad].entries())
      evaluation.add({ id: `n${index}`, tags: [] }, history);
    const [found] = [...evaluation.episodes(140 * HOUR, new Map()).values()].flat();
    const [whole] = alarms({ window: "12h" }, { old: good, fresh: bad }, { now: 140 });
    expect(found?.startMs).toBe((whole?.start ?? 0) * HOUR);
  });
});
