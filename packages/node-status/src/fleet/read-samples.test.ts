import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { chunk, DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb";
import fc from "fast-check";
import { fleetSamplesTable } from "../table.ts";
import { MAX_SAMPLES, readNewestSample, readSamples } from "./read-samples.ts";
import { encodeSample, type FleetSample, sampleOf } from "./sample.ts";

const START_MS = Date.UTC(2026, 10, 20);
const EVERY_MS = 5 * MINUTE_MS;
const DAYS = 5;
/** The third day has no samples. */
const GAP = [START_MS + 2 * DAY_MS, START_MS + 3 * DAY_MS] as const;

const SAMPLES = Array.from({ length: (DAYS * DAY_MS) / EVERY_MS }, (_, index) => START_MS + index * EVERY_MS)
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
  }, 60_000);
  afterAll(() => tables.stop());

  it("are the first of each window, as many as there are windows with samples, for any range", async () => {
    const time = fc.integer({ min: START_MS - DAY_MS, max: START_MS + (DAYS + 1) * DAY_MS });
    const limits = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: MAX_SAMPLES }));
    const property = fc.asyncProperty(time, time, limits, async (a, b, limit) => {
      const range = { fromMs: Math.min(a, b), toMs: Math.max(a, b), limit };
      expect(await readSamples(reader(), range)).toEqual(naive(range));
    });
    await fc.assert(property, { numRuns: 150 });
  }, 120_000);

  it("are all of them if the range has no more than the limit", async () => {
    const range = { fromMs: START_MS, toMs: START_MS + DAY_MS, limit: DAY_MS / EVERY_MS };
    expect(await readSamples(reader(), range)).toEqual(SAMPLES.slice(0, range.limit));
    expect(await readSamples(reader(), { fromMs: START_MS, toMs: START_MS + HOUR_MS })).toHaveLength(12);
    expect(await readSamples(reader(), { fromMs: START_MS, toMs: START_MS })).toEqual([]);
  });

  it("have a newest one at a time, if it is not too old", async () => {
    const last = SAMPLES.at(-1);
    const endMs = START_MS + DAYS * DAY_MS;
    expect(await readNewestSample(reader(), endMs, 1)).toEqual(last);
    expect(await readNewestSample(reader(), endMs + 2 * DAY_MS, 1)).toBeUndefined();
    expect((await readNewestSample(reader(), START_MS + HOUR_MS + 1, 1))?.atMs).toBe(START_MS + HOUR_MS);
    expect((await readNewestSample(reader(), GAP[1] - 1, 2))?.atMs).toBe(GAP[0] - EVERY_MS);
    expect(await readNewestSample(reader(), 0, Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  test.each([
    [{ fromMs: 0, toMs: Date.UTC(2026, 0) }, "A range of samples has at most 400 days."],
    [{ fromMs: 0, toMs: 1, limit: 0 }, "must be a whole number from 1 to 1000, not 0."],
    [{ fromMs: 0, toMs: 1, limit: 1001 }, "not 1001."],
    [{ fromMs: 0, toMs: 1, limit: 1.5 }, "not 1.5."],
  ])("are not read for %j", async (range, message) => {
    await expect(readSamples(reader(), range)).rejects.toThrow(message);
  });
});

function sampleAt(atMs: number): FleetSample {
  const index = (atMs - START_MS) / EVERY_MS;
  const firmware = { common: [{ firmware: "1.0", nodes: index }], others: 0, unknown: 0 };
  return sampleOf({ atMs, all: 2 * index, offline: index, unknown: 0, countedAtMs: atMs, firmware });
}

function naive({ fromMs, toMs, limit }: { fromMs: number; toMs: number; limit: number }): FleetSample[] {
  const lengthMs = (toMs - fromMs) / limit;
  const windowOf = ({ atMs }: FleetSample) => Math.floor((atMs - fromMs) / lengthMs);
  const inRange = SAMPLES.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  return inRange.filter((sample, index) => {
    const before = inRange[index - 1];
    return before === undefined || windowOf(before) !== windowOf(sample);
  });
}
