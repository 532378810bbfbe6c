import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import fc from "fast-check";
import { eventOf, PlayedStage } from "../testing/played-stage.ts";
import { expectedAlarms, RULES } from "../testing/reference.ts";

const START_MS = Date.UTC(2026, 10, 24);
const OF_VALUES = RULES.filter((rule) => "series" in rule);

let tables: TestTables;
let stages = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** A value, how long after the one before, and how much later it is known, in minutes. */
const values = fc.array(
  fc.record({
    afterMin: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 300, max: 900 })),
    value: fc.integer({ min: 26, max: 34 }),
    lateMin: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 12 * 60, max: 23 * 60 })),
  }),
  { minLength: 8, maxLength: 16 },
);

async function kept(stage: PlayedStage): Promise<string[]> {
  return (await stage.alarmsOf("n"))
    .filter(({ retractedMs }) => retractedMs === undefined)
    .map(({ rule, startMs, endMs }) => `${rule} ${startMs} ${endMs ?? "open"}`)
    .toSorted();
}

it("alarms of values are those of a naive reference, however old they are when a value comes up to a day late", async () => {
  const property = fc.asyncProperty(values, async (given) => {
    stages += 1;
    const stage = await PlayedStage.start(tables, `v${stages}`, START_MS);
    for (const rule of OF_VALUES) await stage.addRule(rule);
    let atMs = START_MS;
    const known = given.map(({ afterMin, value, lateMin }) => {
      atMs += afterMin * MINUTE_MS;
      return { atMs, what: value, arrivesMs: atMs + lateMin * MINUTE_MS };
    });
    for (const { atMs: valueMs, what, arrivesMs } of known.toSorted(
      (a, b) => a.arrivesMs - b.arrivesMs,
    )) {
      stage.nowMs = arrivesMs;
      const ts_data = [{ name: "T", dt: "float", records: [{ t: valueMs / 1000, v: what }] }];
      await stage.write([eventOf("node_ts_data", valueMs, { node_id: "n", ts_data }, arrivesMs)]);
      await stage.sweep();
    }
    await stage.play(10);
    const expected = expectedAlarms(known, stage.nowMs).filter((text) =>
      /^(hot|jumps) /.test(text),
    );
    expect(await kept(stage)).toEqual(expected.toSorted());
  });
  await fc.assert(property, { numRuns: attempts(5, 50) });
});

it("a value that is 20 hours late ends an alarm that began more than a day ago when it ended", async () => {
  stages += 1;
  const stage = await PlayedStage.start(tables, `v${stages}`, START_MS);
  await stage.addRule(OF_VALUES[0] ?? {});
  const send = async (hours: number, value: number) => {
    const ms = START_MS + hours * HOUR_MS;
    const ts_data = [{ name: "T", dt: "float", records: [{ t: ms / 1000, v: value }] }];
    await stage.write([eventOf("node_ts_data", ms, { node_id: "n", ts_data }, stage.nowMs)]);
    await stage.sweep();
  };
  for (const [hours, value] of [
    [1, 20],
    [2, 40],
    [11.5, 20],
  ] as const) {
    stage.nowMs = START_MS + hours * HOUR_MS;
    await send(hours, value);
  }
  stage.nowMs = START_MS + DAY_MS + 7 * HOUR_MS;
  await send(11, 20);
  expect(await kept(stage)).toEqual([`hot ${START_MS + 2 * HOUR_MS} ${START_MS + 11 * HOUR_MS}`]);
});
