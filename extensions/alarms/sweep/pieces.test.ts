import { describe, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { MINUTE_MS } from "@rainhooks/core/durations";
import {
  eachStage,
  minutesOf,
  type PlayedCall,
  type PlayedStage,
} from "../testing/played-stage.ts";
import type { SweepOptions } from "./run-sweep.ts";

/**
 * Number of nodes that go offline together. `RAINHOOKS_ALARMS=100000` takes much of an hour, and
 * says how many sweeps it takes; it needs `RAINHOOKS_TEST_MIB=8000` and `--testTimeout=10800000`.
 */
const SIZE = process.env["RAINHOOKS_ALARMS"];
const NODES = Number(SIZE ?? 400);
const START_MS = Date.UTC(2026, 10, 24);
/** As long as a sweep of the function may evaluate nodes. */
const BUDGET_MS = 45_000;

let stage: PlayedStage;
/** About all nodes but one, which has a rule of its own. */
const GONE = {
  name: "gone",
  kind: "offline",
  for: "10m",
  severity: "low",
  where: 'node.id != "pump"',
};
eachStage(START_MS, [GONE], (one) => {
  stage = one;
});

const names = Array.from({ length: NODES }, (_, node) => `n${node}`);
const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MINUTE_MS;
};
/** All nodes go offline in the first minute; ten minutes later, each is an alarm. */
async function dropAll(): Promise<void> {
  at(1);
  for (const some of chunk(names, 100))
    await stage.write(some.flatMap((name) => minutesOf(name, START_MS, -1)));
  at(12);
}

/** What a receiver has been told that takes each event once: how often each node was raised. */
function told(): Map<string, number> {
  const raised = new Map<string, number>();
  for (const { notice, alarms } of new Map(stage.sent.map((event) => [event.id, event])).values())
    for (const { node_id } of alarms)
      if (notice === "raised") raised.set(node_id, (raised.get(node_id) ?? 0) + 1);
  return raised;
}

const once = () => new Map(names.map((name) => [name, 1]));
const sorted = (map: Map<string, number>) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));

/** A call, by what it does: such as `PutItemCommand alarm`. */
function kindOf(call: PlayedCall): string {
  const input = call.input as unknown as Record<
    string,
    Record<string, { S?: string }> | string | undefined
  >;
  const item = [input["Item"], input["Key"]].find((one) => typeof one === "object");
  const [, subject = "", key = ""] =
    typeof item === "object" ? [0, item["subject"]?.S ?? "", item["item"]?.S ?? ""] : [];
  const what = `${subject.split("#")[0]} ${key.split("#")[0]} ${String(input["IndexName"] ?? "")}`;
  return `${call.constructor.name} ${subject === "sending" ? "sending" : what.trim()}`;
}

/** Options of a sweep that has time for one piece of each pass. */
const onePiece = (): Partial<SweepOptions> => ({ pieceSize: 50, hasTime: () => false });

describe("more alarms than one sweep can evaluate", () => {
  it("more alarms than one sweep can evaluate are told although every sweep is killed", async () => {
    await dropAll();
    for (let kill = 0; kill < 20; kill += 1) {
      await stage.killedSweepAt((_, number) => number === NODES * 2, kill % 2 === 0);
      stage.nowMs += MINUTE_MS;
    }
    expect(told().size).toBe(NODES);
  });

  it("more alarms than one sweep can evaluate are told once each, whatever call a sweep ends at", async () => {
    await dropAll();
    const kinds = new Set<string>();
    const sweepAt = async (isMade: boolean, seenMax: number) => {
      const seen = new Map<string, number>();
      return await stage.killedSweepAt(
        (call) => {
          const kind = kindOf(call);
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
          const isNew = !kinds.has(`${kind} ${isMade} ${seenMax}`) && seen.get(kind) === seenMax;
          if (isNew) kinds.add(`${kind} ${isMade} ${seenMax}`);
          return isNew;
        },
        isMade,
        SIZE === undefined ? { pieceSize: 20, hasTime: () => false } : withBudget(),
      );
    };
    // The first and the seventh call of each kind, before it is made and after it.
    for (const seenMax of [1, 7])
      for (const isMade of [false, true]) {
        let isKilled = true;
        for (let sweep = 0; isKilled && sweep < 60; sweep += 1) {
          isKilled = await sweepAt(isMade, seenMax);
          stage.nowMs += 20_000;
        }
      }
    await stage.play(12);
    const killedAt = [...kinds].map((kind) => kind.split(" ").slice(0, 3).join(" "));
    for (const kind of [
      "PutItemCommand node alarm",
      "PutItemCommand sweep state",
      "PutItemCommand sending",
    ])
      expect(killedAt.some((one) => one.startsWith(kind))).toBe(true);
    expect(sorted(told())).toEqual(sorted(once()));
  });

  it("more alarms than one sweep can evaluate do not keep a critical one waiting, and are found piece by piece", async () => {
    await stage.addRule({
      name: "vital",
      kind: "offline",
      for: "1m",
      severity: "critical",
      where: 'node.id == "pump"',
    });
    await dropAll();
    // Of all of them it has been asked whether they are the pump.
    at(2);
    await stage.play(8);
    const startedMs = performance.now();
    const toldAfter: boolean[] = [];
    for (let minute = 11; told().size < NODES + 1 && minute < 1000; minute += 1) {
      at(minute);
      if (minute === 14) await stage.write(minutesOf("pump", START_MS, -14));
      await stage.sweep(SIZE === undefined ? onePiece() : withBudget());
      toldAfter.push(told().has("pump"));
    }
    const sweeps = toldAfter.length;
    // It drops at minute 14, and is an alarm at minute 15: for the fifth of these sweeps.
    expect(toldAfter.indexOf(true)).toBe(4);
    expect(sweeps).toBeGreaterThan(SIZE === undefined ? 5 : 0);
    expect(sorted(told())).toEqual(sorted(once().set("pump", 1)));
    if (SIZE !== undefined)
      process.stderr.write(
        `${NODES} alarms: ${sweeps} sweeps, ${Math.round((performance.now() - startedMs) / 1000)} s\n`,
      );
  });
});

function withBudget(): Partial<SweepOptions> {
  const endMs = performance.now() + BUDGET_MS;
  return { hasTime: () => performance.now() < endMs };
}
