import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import fc from "fast-check";
import { fleetSamplesTable } from "../node-status-tables.ts";
import { MAX_SAMPLES, readNewestSample, readSamples, type SampleRange } from "./read-samples.ts";
import { encodeSample, type FleetSample, sampleOf } from "./sample.ts";

const START_MS = Date.UTC(2026, 10, 20);
const EVERY_MS = 5 * MINUTE_MS;
const DAYS = 5;
/** The third day has no samples. */
const GAP = [START_MS + 2 * DAY_MS, START_MS + 3 * DAY_MS] as const;

const SAMPLES = Array.from(
  { length: (DAYS * DAY_MS) / EVERY_MS },
  (_, index) => START_MS + index * EVERY_MS,
)
  .filter((atMs) => atMs < GAP[0] || atMs >= GAP[1])
  .map(sampleAt);

describe("the samples of a fleet", () => {
  let tables: TestTables;
  const reader = () => ({ client: tables.client, samplesTableName: fleetSamplesTable.name });

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(fleetSamplesTable);
    const requests = SAMPLES.map((sample) => ({ PutRequest: { Item: encodeSample(sample, 400) } }));
    for (const batch of chunk(requests, MAX_WRITES_PER_CALL)) {
      const options = { client: tables.client, tableName: fleetSamplesTable.name };
      expect(await batchWrite(batch, options)).toEqual([]);
    }
  });
  afterAll(() => tables.stop());

  it("the samples are the last of each window, for any range and length of windows", async () => {
    const time = fc.integer({ min: START_MS - DAY_MS, max: START_MS + (DAYS + 1) * DAY_MS });
    const lengths = fc.oneof(
      fc.integer({ min: MINUTE_MS, max: HOUR_MS }),
      fc.integer({ min: MINUTE_MS, max: 3 * DAY_MS }),
    );
    const property = fc.asyncProperty(time, time, lengths, async (a, b, length) => {
      const fromMs = Math.min(a, b);
      const toMs = Math.max(a, b);
      const range = {
        fromMs,
        toMs,
        everyMs: Math.max(length, Math.ceil((toMs - fromMs) / MAX_SAMPLES)),
      };
      expect(await readSamples(reader(), range)).toEqual(naive(range));
    });
    await fc.assert(property, { numRuns: attempts(50, 500) });
  });

  it("the samples are all of them if windows are as short as the interval, and about a hundred by default", async () => {
    const range = { fromMs: START_MS, toMs: START_MS + DAY_MS };
    expect(await readSamples(reader(), { ...range, everyMs: EVERY_MS })).toEqual(
      SAMPLES.slice(0, 288),
    );
    expect(await readSamples(reader(), range)).toEqual(naive({ ...range, everyMs: DAY_MS / 100 }));
    expect(
      await readSamples(reader(), { fromMs: START_MS, toMs: START_MS + HOUR_MS }),
    ).toHaveLength(12);
    expect(await readSamples(reader(), { fromMs: START_MS, toMs: START_MS })).toEqual([]);
  });

  it("the newest sample is the last one before a time, if it is not too old", async () => {
    const last = SAMPLES.at(-1);
    const endMs = START_MS + DAYS * DAY_MS;
    expect(await readNewestSample(reader(), endMs, 1)).toEqual(last);
    expect(await readNewestSample(reader(), endMs + 2 * DAY_MS, 1)).toBeUndefined();
    expect((await readNewestSample(reader(), START_MS + HOUR_MS + 1, 1))?.atMs).toBe(
      START_MS + HOUR_MS,
    );
    expect((await readNewestSample(reader(), GAP[1] - 1, 2))?.atMs).toBe(GAP[0] - EVERY_MS);
    expect(await readNewestSample(reader(), 0, Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  test.each([
    [{ fromMs: 0, toMs: Date.UTC(2026, 0) }, "A range of samples has at most 400 days."],
    [{ fromMs: 0, toMs: 1, everyMs: 0 }, "make at most 1000 windows, not 0."],
    [{ fromMs: 0, toMs: 1001, everyMs: 1 }, "not 1."],
    [{ fromMs: 0, toMs: 2, everyMs: 1.5 }, "not 1.5."],
    [{ fromMs: 0, toMs: 2, everyMs: Number.NaN }, "not NaN."],
  ])("the samples are not read for %j", async (range, message) => {
    await expect(readSamples(reader(), range)).rejects.toThrow(message);
  });
});

function sampleAt(atMs: number): FleetSample {
  const index = (atMs - START_MS) / EVERY_MS;
  const firmware = { common: [{ firmware: "1.0", nodes: index }], others: 0, unknown: 0 };
  return sampleOf({
    atMs,
    all: 2 * index,
    offline: index,
    unknown: 0,
    countedAtMs: atMs,
    firmware,
  });
}

function naive({ fromMs, toMs, everyMs }: Required<SampleRange>): FleetSample[] {
  const found: FleetSample[] = [];
  for (let endMs = toMs; endMs > fromMs; endMs -= everyMs) {
    const startMs = Math.max(fromMs, endMs - everyMs);
    const last = SAMPLES.findLast(({ atMs }) => atMs >= startMs && atMs < endMs);
    if (last !== undefined) found.push(last);
  }
  return found.reverse();
}
