import { describe, expect, it } from "@jest/globals";
import { HOUR_MS } from "@rainhooks/core/durations";
import { chanceOf } from "../aws/chance.ts";
import { type Habit, makeFleet } from "./fleet.ts";
import { livesOf, startOfLives } from "./lives.ts";
import type { Step } from "./play.ts";

const START_MS = Date.UTC(2026, 0, 5, 0);
const DAYS = 10;
const NODES = makeFleet(chanceOf(3), 90);

function livesFor(seed: number, days: number): Step[] {
  const steps: Step[] = [];
  for (const step of livesOf(NODES, seed, START_MS)) {
    if (step.atMs >= START_MS + days * 24 * HOUR_MS) return steps;
    steps.push(step);
  }
  return steps;
}

describe("livesOf", () => {
  const steps = livesFor(1, DAYS);
  const of = (nodeId: string) =>
    steps.filter((step) => step.kind !== "act" && step.nodeId === nodeId);
  const withHabit = (habit: Habit) => NODES.filter((node) => node.habit === habit);
  const drops = (nodeId: string) => of(nodeId).filter(({ kind }) => kind === "disconnect").length;

  it("livesOf gives the same steps for the same seed, and others for another seed", () => {
    expect(livesFor(1, 1)).toEqual(steps.slice(0, livesFor(1, 1).length));
    expect(livesFor(2, 1)).not.toEqual(livesFor(1, 1));
  });

  it("livesOf returns steps in the order of time, hour by hour", () => {
    const hours = steps.map(({ atMs }) => Math.floor((atMs - START_MS - 1000) / HOUR_MS));
    expect(hours).toEqual(hours.toSorted((a, b) => a - b));
  });

  it.each(NODES)(
    "livesOf lets $habit node $name send only while it is connected, a second apart",
    ({ id }) => {
      const lived = of(id);
      expect(lived.length).toBeGreaterThan(0);
      let online = false;
      let lastMs = 0;
      const wrong = lived.filter((step) => {
        const isRight = step.atMs - lastMs >= 1000 && online === (step.kind !== "connect");
        lastMs = step.atMs;
        if (step.kind !== "say") online = step.kind === "connect";
        return !isRight;
      });
      expect(wrong).toEqual([]);
    },
  );

  it("livesOf lets people use lights in the evening, not in the night", () => {
    const lights = new Set(
      NODES.filter(({ device }) => device.name === "Light").map(({ id }) => id),
    );
    const uses = steps.flatMap((step) =>
      step.kind === "say" && step.topic === "params/local" && lights.has(step.nodeId)
        ? [new Date(step.atMs).getUTCHours()]
        : [],
    );
    const between = (from: number, to: number) =>
      uses.filter((hour) => hour >= from && hour < to).length;
    expect(between(18, 22)).toBeGreaterThan(10 * between(1, 5));
  });

  it("livesOf has nodes that are switched off at night, some that flap, and some that are offline for days", () => {
    for (const { id } of withHabit("switched")) {
      const nights = of(id).filter(
        (step) => step.kind === "disconnect" && new Date(step.atMs).getUTCHours() === 23,
      );
      expect(nights.length).toBeGreaterThanOrEqual(DAYS - 1);
    }
    const average = (habit: Habit) =>
      withHabit(habit).reduce((sum, { id }) => sum + drops(id), 0) / withHabit(habit).length;
    expect(average("flapping")).toBeGreaterThan(10 * average("steady"));
    const longestGap = (id: string) => {
      const times = of(id).map(({ atMs }) => atMs);
      return Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? 0)));
    };
    expect(Math.max(...withHabit("fading").map(({ id }) => longestGap(id)))).toBeGreaterThan(
      24 * HOUR_MS,
    );
  });

  it("livesOf updates the fleet in waves: few at once, then all, each with a reboot into the new version", () => {
    const started = steps.flatMap((step) =>
      step.kind === "say" &&
      step.payload["fw_version"] === "1.1.0" &&
      step.payload["status"] === "in-progress"
        ? [step]
        : [],
    );
    const early = started.filter(({ atMs }) => atMs < START_MS + HOUR_MS).length;
    expect(early).toBeGreaterThan(0);
    expect(early).toBeLessThan(NODES.length / 4);
    expect(new Set(started.map(({ nodeId }) => nodeId)).size).toBeGreaterThan(NODES.length * 0.9);
    const versions = steps.flatMap((step) =>
      step.kind === "say" && step.topic === "config" ? [JSON.stringify(step.payload["info"])] : [],
    );
    expect(versions.filter((info) => info.includes('"fw_version":"1.1.0"')).length).toBeGreaterThan(
      80,
    );
  });

  it("livesOf keeps readings while a node is not connected, and sends them late", () => {
    const late = steps.flatMap((step) => {
      const [series] =
        step.kind === "say" && Array.isArray(step.payload["ts_data"])
          ? step.payload["ts_data"]
          : [];
      const [first] = (series as { records: { t: number }[] } | undefined)?.records ?? [];
      return first === undefined ? [] : [step.atMs - first.t * 1000];
    });
    expect(Math.max(...late)).toBeGreaterThan(5 * HOUR_MS);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  });
});

describe("startOfLives", () => {
  it.each([100, 2000, 20_000])(
    "startOfLives lets %d messages end at the current time",
    (messages) => {
      const endsAtMs = Date.UTC(2026, 5, 1, 15, 30);
      const startMs = startOfLives(NODES, 1, messages, endsAtMs);
      const copies = new Map(NODES.map(({ id, users }) => [id, users.length]));
      let made = 0;
      for (const step of livesOf(NODES, 1, startMs)) {
        made += step.kind === "act" ? 1 : (copies.get(step.nodeId) ?? 1);
        if (made < messages) continue;
        expect(Math.abs(step.atMs - endsAtMs)).toBeLessThan(0.05 * (endsAtMs - startMs));
        break;
      }
    },
  );
});
