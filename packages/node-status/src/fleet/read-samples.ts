import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { DAY_MS, MINUTE_MS, mapLimited } from "@rainhooks/core";
import type { Attributes } from "@rainhooks/dynamodb";
import { fleetSamplesTable } from "../table.ts";
import { dayOf, decodeSample, type FleetSample } from "./sample.ts";

/** The fleet-samples table, and the client to read it with. */
export interface FleetSampleReader {
  readonly client: DynamoDBClient;
  readonly samplesTableName: string;
}

/** Which samples to read. */
export interface SampleRange {
  /** Start, inclusive, epoch milliseconds. */
  readonly fromMs: number;
  /** End, exclusive, epoch milliseconds. */
  readonly toMs: number;
  /**
   * Maximum number of samples, 1 to 1000. The range is divided into this many windows of equal length, and the first sample of each is
   * returned. A window without samples is left out.
   *
   * @defaultValue 100
   */
  readonly limit?: number;
}

/** Maximum number of samples that are returned at once. */
export const MAX_SAMPLES = 1000;
/** Maximum number of days of a range. It bounds the number of partitions that are read. */
export const MAX_SAMPLE_DAYS = 400;

const DEFAULT_SAMPLES = 100;
const DAYS_AT_ONCE = 8;
/** In windows of at least this length one sample each is read; for shorter ones it takes less to read all of them. */
const LONG_WINDOW_MS = 30 * MINUTE_MS;

/**
 * Reads samples of a range, oldest first: at most `limit`, the first one of each window. Reads half a read unit for each sample or day,
 * and for windows shorter than half an hour half a unit for 4 KB of samples (about 40 units for a day of samples every five minutes).
 *
 * @throws {RangeError} if the range is longer than 400 days, or the limit not from 1 to 1000.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readSamples } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), samplesTableName: "rainhooks-dev-fleet-samples" };
 * const range = { fromMs: Date.UTC(2024, 10, 24), toMs: Date.UTC(2024, 10, 25), limit: 24 };
 * const samples = await readSamples(reader, range);
 * console.log(samples.map(({ online, offline }) => `${online} of ${online + offline} online`)); // [ '1 of 2 online' ]
 * ```
 */
export async function readSamples(reader: FleetSampleReader, range: SampleRange): Promise<FleetSample[]> {
  const { fromMs, toMs, limit = DEFAULT_SAMPLES } = range;
  if (toMs - fromMs > MAX_SAMPLE_DAYS * DAY_MS)
    throw new RangeError(`A range of samples has at most ${MAX_SAMPLE_DAYS} days.`);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_SAMPLES)
    throw new RangeError(
      `The limit of samples must be a whole number from 1 to ${MAX_SAMPLES}, not ${limit}.`,
    );
  const windows: Windows = { fromMs, lengthMs: (toMs - fromMs) / limit };
  const days = daysOf(fromMs, toMs);
  const found = await mapLimited(days, DAYS_AT_ONCE, (day) => readDay(reader, day, windows));
  // A window can begin on one day and end on the next.
  return firstOfEach(found.flat(), windows);
}

/**
 * Reads the newest sample not after a time; `undefined` if there is none in the days before it.
 *
 * @param maxDays How many days before that time to read, up to 400; each costs half a read unit.
 *
 * @example
 * ```ts
 * import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
 * import { readNewestSample } from "@rainhooks/node-status";
 *
 * const reader = { client: new DynamoDBClient({}), samplesTableName: "rainhooks-dev-fleet-samples" };
 * const sample = await readNewestSample(reader, Date.UTC(2024, 10, 25), 7);
 * console.log(sample?.firmware.common); // [ { firmware: '1.2.0', nodes: 1 } ]
 * ```
 */
export async function readNewestSample(
  reader: FleetSampleReader,
  atMs: number,
  maxDays: number,
): Promise<FleetSample | undefined> {
  const fromMs = Math.max(0, atMs - Math.min(maxDays, MAX_SAMPLE_DAYS) * DAY_MS);
  for (const day of daysOf(fromMs, atMs + 1).reverse()) {
    const { items } = await queryDay(reader, day, { Limit: 1, ScanIndexForward: false });
    const [item] = items;
    if (item !== undefined) return decodeSample(item);
  }
  return undefined;
}

/** Windows of equal length. */
interface Windows {
  readonly fromMs: number;
  readonly lengthMs: number;
}

/** The part of a range that lies on one day in UTC; its end is not part of it. */
interface DayRange {
  readonly fromMs: number;
  readonly toMs: number;
}

function daysOf(fromMs: number, toMs: number): DayRange[] {
  const days: DayRange[] = [];
  for (let startMs = fromMs; startMs < toMs; ) {
    const endMs = Math.min(toMs, (Math.floor(startMs / DAY_MS) + 1) * DAY_MS);
    days.push({ fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return days;
}

/** Reads the first sample of each window on one day, and of short windows every sample. */
async function readDay(reader: FleetSampleReader, day: DayRange, windows: Windows): Promise<FleetSample[]> {
  const samples: FleetSample[] = [];
  const Limit = windows.lengthMs < LONG_WINDOW_MS ? undefined : 1;
  for (let fromMs = day.fromMs; fromMs < day.toMs; ) {
    const { items, isLast } = await queryDay(reader, { fromMs, toMs: day.toMs }, { Limit });
    samples.push(...firstOfEach(items.map(decodeSample), windows));
    const last = samples.at(-1);
    if (isLast || last === undefined) break;
    fromMs = Math.max(last.atMs + 1, endOf(last, windows));
  }
  return samples;
}

function firstOfEach(samples: readonly FleetSample[], windows: Windows): FleetSample[] {
  let endMs = Number.NEGATIVE_INFINITY;
  return samples.filter((sample) => {
    if (sample.atMs < endMs) return false;
    endMs = endOf(sample, windows);
    return true;
  });
}

/** Returns the end of the window of a sample: the first whole millisecond that is not in it. */
function endOf({ atMs }: FleetSample, { fromMs, lengthMs }: Windows): number {
  const index = Math.floor((atMs - fromMs) / lengthMs);
  return Math.max(atMs + 1, Math.ceil(fromMs + (index + 1) * lengthMs));
}

async function queryDay(
  { client, samplesTableName }: FleetSampleReader,
  { fromMs, toMs }: DayRange,
  options: Pick<QueryCommandInput, "Limit" | "ScanIndexForward">,
): Promise<{ readonly items: readonly Attributes[]; readonly isLast: boolean }> {
  const { partitionKey, sortKey } = fleetSamplesTable;
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      ...options,
      TableName: samplesTableName,
      KeyConditionExpression: "#day = :day AND #at BETWEEN :from AND :last",
      ExpressionAttributeNames: { "#day": partitionKey.name, "#at": sortKey.name },
      ExpressionAttributeValues: {
        ":day": { S: dayOf(fromMs) },
        ":from": { N: String(fromMs) },
        ":last": { N: String(toMs - 1) },
      },
    }),
  );
  return { items: Items, isLast: LastEvaluatedKey === undefined };
}
