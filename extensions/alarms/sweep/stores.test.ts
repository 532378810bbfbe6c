import { describe, expect, it, test } from "@jest/globals";
import { eachStage, minutesOf, type PlayedStage } from "../testing/played-stage.ts";
import { nextState, type StoreView, writeNotes } from "./progress.ts";
import type { SweptStoreState } from "./sweep-state.ts";

const SECOND = 1000;
const MIN = 60 * SECOND;
const NOW_MS = Date.UTC(2026, 10, 24);
const VISIBILITY_MS = 182 * SECOND;

/** Times are seconds before now. */
const before = (known: number, behind?: number): SweptStoreState => ({
  knownMs: NOW_MS - known * SECOND,
  ...(behind === undefined ? {} : { behindMs: NOW_MS - behind * SECOND }),
});
const seen = (messages: number, published?: number, isHeld = false): StoreView => ({
  messages,
  visibilityMs: VISIBILITY_MS,
  publishedMs: published === undefined ? undefined : NOW_MS - published * SECOND,
  isHeld,
});

test.each<[string, SweptStoreState | undefined, StoreView, SweptStoreState]>([
  ["an empty queue: everything is written", before(900, 5), seen(0, 900), before(0)],
  ["a queue that moves: what is older than what was written", before(60), seen(9, 10), before(15)],
  ["events that were published late take nothing back", before(30), seen(9, 9000), before(30)],
  ["nothing written for 90 seconds: it is behind", before(90), seen(9, 100), before(90, 0)],
  [
    "a queue that is worked off: it is behind by less",
    before(900, 60),
    seen(9, 300),
    before(305, 0),
  ],
  [
    "written again after that: what was hidden is to come back",
    before(900, 241),
    seen(9, 5),
    before(900, 241),
  ],
  ["and has come back", before(900, 242), seen(9, 5), before(10)],
  ["a replay, or nodes that fail: as before", before(60), seen(0, 5, true), before(60)],
  ["a stage that begins", undefined, seen(9), before(0)],
  ["a stage that begins with an old queue", undefined, seen(9, 900), before(900, 0)],
])("%s", (_, was, now, expected) => {
  expect(nextState(was, now, NOW_MS)).toEqual(expected);
});

describe("a sweep", () => {
  const START_MS = NOW_MS;
  let stage: PlayedStage;
  let waiting: Record<string, number>;
  eachStage(START_MS, [{ name: "gone", kind: "offline", for: "10m" }], (one) => {
    stage = one;
    waiting = { "node-status": 0, "time-series": 0 };
  });
  const queueOf = (webhook: string) => async () => ({
    messages: waiting[webhook] ?? 0,
    visibilityMs: VISIBILITY_MS,
  });
  const sweep = (minute: number) => {
    stage.nowMs = START_MS + minute * MIN;
    return stage.sweep({
      stores: { "node-status": queueOf("node-status"), "time-series": queueOf("time-series") },
    });
  };
  const told = () =>
    stage.sent.flatMap(({ notice, alarms }) => alarms.map(({ node_id }) => `${notice} ${node_id}`));

  it("a sweep judges as of the time up to which everything is written, and waits if that is long ago", async () => {
    await stage.write(minutesOf("a", START_MS, -1));
    await sweep(1);
    waiting["node-status"] = 3;
    await writeNotes(stage.tables.alarms, "node-status", { publishedMs: START_MS + 10.5 * MIN });
    expect(await sweep(11.5)).toMatchObject({ behindMs: 65 * SECOND });
    expect(told()).toEqual([]);
    await writeNotes(stage.tables.alarms, "node-status", { publishedMs: START_MS + 11.5 * MIN });
    await sweep(12);
    expect(told()).toEqual(["raised a"]);
    expect(await sweep(20)).toMatchObject({
      behindMs: 8 * MIN + 35 * SECOND,
      waits: {
        sinceMs: START_MS + 11 * MIN + 25 * SECOND,
        reason: "node-status has not written what waits in its queue: 3 messages",
      },
    });
  });

  it("a sweep waits while events of many nodes are hidden that could not be written", async () => {
    await stage.write(minutesOf("a", START_MS, -1));
    await sweep(1);
    waiting["node-status"] = 1;
    const note = (minute: number) =>
      writeNotes(stage.tables.alarms, "node-status", {
        publishedMs: START_MS + minute * MIN,
        failingUntilMs: START_MS + 16 * MIN,
        failedMs: START_MS + 11 * MIN,
      });
    for (const minute of [12, 15]) {
      await note(minute);
      expect(await sweep(minute)).toMatchObject({
        waits: { sinceMs: START_MS + MIN, reason: "node-status cannot write events of many nodes" },
      });
    }
    expect(told()).toEqual([]);
    await note(16);
    expect(await sweep(16)).not.toHaveProperty("waits");
    expect(told()).toEqual(["raised a"]);
  });

  it("a sweep waits no longer than a minute after the last failure if the queue is empty", async () => {
    await stage.write(minutesOf("a", START_MS, -1));
    await writeNotes(stage.tables.alarms, "node-status", {
      failingUntilMs: START_MS + 27 * MIN,
      failedMs: START_MS + 11 * MIN,
    });
    expect(await sweep(12)).toHaveProperty("waits");
    expect(await sweep(13)).not.toHaveProperty("waits");
    expect(told()).toEqual(["raised a"]);
  });

  it("a sweep was not behind while there was no rule for it", async () => {
    await writeNotes(stage.tables.alarms, "time-series", {
      publishedMs: START_MS - 30 * 24 * 60 * MIN,
    });
    await sweep(1);
    await stage.addRule({ name: "hot", kind: "threshold", series: "T", above: 30 });
    waiting["time-series"] = 3;
    expect((await sweep(2)).waits?.sinceMs).toBe(START_MS + MIN);
  });
});
