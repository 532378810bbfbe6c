import { type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import { DAY_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { queryAll } from "@rainhooks/dynamodb/read-all";
import { fleetSamplesTable } from "../node-status-tables.ts";
import { dayOf, decodeSample, type FleetSample } from "./sample.ts";

/** The fleet-samples table, and the client to read it with. */
export interface FleetSampleReader {
  readonly client: DynamoDBClient;
  readonly samplesTableName: string;
}

/** Which samples to read: those in `[fromMs, toMs)`, epoch milliseconds. */
export interface SampleRange {
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * Length of a window, milliseconds. The range is divided into windows of this length, counted
   * from its end, and the last sample of each is returned. A window without samples is left out.
   *
   * @defaultValue a hundredth of the range
   */
  readonly everyMs?: number;
}

/** Maximum number of windows of a range, so also of the samples that are returned. */
export const MAX_SAMPLES = 1000;
/** Maximum number of days of a range. It bounds the number of partitions that are read. */
export const MAX_SAMPLE_DAYS = 400;

const DEFAULT_SAMPLES = 100;
const QUERIES_AT_ONCE = 8;
/**
 * From this length on, the last sample of each window is read; for shorter windows it takes less to
 * read all samples.
 */
const LONG_WINDOW_MS = 30 * MINUTE_MS;

/**
 * Reads the samples of a range, oldest first: the last one of each window. For windows of half an
 * hour or more that is half a read unit for each; for shorter ones half a unit for 4 KB of samples,
 * 8 to 36 units for a day of samples every five minutes.
 *
 * @throws {RangeError} if the range is longer than 400 days or has more than 1000 windows.
 */
export async function readSamples(
  reader: FleetSampleReader,
  range: SampleRange,
): Promise<FleetSample[]> {
  const { fromMs, toMs } = range;
  const everyMs = range.everyMs ?? Math.max(1, Math.ceil((toMs - fromMs) / DEFAULT_SAMPLES));
  if (toMs - fromMs > MAX_SAMPLE_DAYS * DAY_MS)
    throw new RangeError(`A range of samples has at most ${MAX_SAMPLE_DAYS} days.`);
  if (!Number.isInteger(everyMs) || everyMs < 1 || (toMs - fromMs) / everyMs > MAX_SAMPLES)
    throw new RangeError(
      `everyMs must be a whole number and make at most ${MAX_SAMPLES} windows, not ${everyMs}.`,
    );
  const windows = windowsOf(fromMs, toMs, everyMs);
  if (everyMs >= LONG_WINDOW_MS) {
    const found = await mapLimited(windows, QUERIES_AT_ONCE, (window) =>
      readNewestIn(reader, window),
    );
    return found.filter((sample) => sample !== undefined);
  }
  const windowOf = (atMs: number) => Math.floor((toMs - 1 - atMs) / everyMs);
  const last = new Map<number, FleetSample>();
  const table = { client: reader.client, tableName: reader.samplesTableName };
  const days = await mapLimited(daysOf(fromMs, toMs), QUERIES_AT_ONCE, (day) =>
    queryAll(table, onDay(day)),
  );
  for (const sample of days.flat().map(decodeSample)) {
    const window = windowOf(sample.atMs);
    if (sample.atMs >= (last.get(window)?.atMs ?? 0)) last.set(window, sample);
  }
  return [...last.values()].sort((a, b) => a.atMs - b.atMs);
}

/**
 * Reads the newest sample not after a time; `undefined` if there is none in the days before it.
 *
 * @param maxDays How many days before that time to read, up to 400; each costs half a read unit.
 */
export function readNewestSample(
  reader: FleetSampleReader,
  atMs: number,
  maxDays: number,
): Promise<FleetSample | undefined> {
  const fromMs = Math.max(0, atMs - Math.min(maxDays, MAX_SAMPLE_DAYS) * DAY_MS);
  return readNewestIn(reader, { fromMs, toMs: atMs + 1 });
}

/** A range of times; its end is not part of it. */
interface Range {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Divides a range into windows that are counted from its end; the first one can be shorter. */
function windowsOf(fromMs: number, toMs: number, everyMs: number): Range[] {
  const windows: Range[] = [];
  for (let endMs = toMs; endMs > fromMs; endMs -= everyMs)
    windows.push({ fromMs: Math.max(fromMs, endMs - everyMs), toMs: endMs });
  return windows.reverse();
}

/** Divides a range into the days in UTC, each of which is a partition. */
function daysOf(fromMs: number, toMs: number): Range[] {
  const days: Range[] = [];
  for (let startMs = fromMs; startMs < toMs; ) {
    const endMs = Math.min(toMs, (Math.floor(startMs / DAY_MS) + 1) * DAY_MS);
    days.push({ fromMs: startMs, toMs: endMs });
    startMs = endMs;
  }
  return days;
}

async function readNewestIn(
  { client, samplesTableName }: FleetSampleReader,
  { fromMs, toMs }: Range,
): Promise<FleetSample | undefined> {
  for (const day of daysOf(fromMs, toMs).reverse()) {
    const query = { ...onDay(day), TableName: samplesTableName, Limit: 1, ScanIndexForward: false };
    const { Items: [item] = [] } = await client.send(new QueryCommand(query));
    if (item !== undefined) return decodeSample(item);
  }
  return undefined;
}

/** Returns the condition for the samples of a range on one day. */
function onDay({ fromMs, toMs }: Range) {
  const { partitionKey, sortKey } = fleetSamplesTable;
  return {
    KeyConditionExpression: "#day = :day AND #at BETWEEN :from AND :last",
    ExpressionAttributeNames: { "#day": partitionKey.name, "#at": sortKey.name },
    ExpressionAttributeValues: {
      ":day": { S: dayOf(fromMs) },
      ":from": { N: String(fromMs) },
      ":last": { N: String(toMs - 1) },
    },
  };
}
