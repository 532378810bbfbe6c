import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import { DAY_MS } from "@rainhooks/core/durations";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { queryAll } from "@rainhooks/dynamodb/read-all";
import { DayBuilder, type DayRollup, packDay, unpackDay } from "./day.ts";
import { eachPoint } from "./points.ts";
import type { TimeSeriesReader } from "./range.ts";
import { readFirstPoint } from "./read-points.ts";
import { dayOf, rollupKey, rollupSeries, type SeriesOfKind } from "./rollup-item.ts";
import { timeKey } from "./series-keys.ts";
import type { Summary } from "./summary.ts";

/** The table of points, and the table of rollups. */
export interface RollupReader extends TimeSeriesReader {
  readonly rollupsTableName: string;
  /**
   * Whether missing rollups are made and stored. Only for readers with AWS's clock: a clock that is
   * ahead would treat a day as complete before all its points have arrived.
   */
  readonly keepsRollups: boolean;
}

/** Summaries of the quarters of a day by their number. */
export type Quarters = ReadonlyMap<number, Summary>;

const WRITES_AT_ONCE = 16;

/**
 * Reads the existing rollups of a range of days (from and to are starts of days, to is exclusive).
 */
export async function readRollups(
  { client, rollupsTableName: tableName }: Pick<RollupReader, "client" | "rollupsTableName">,
  part: SeriesOfKind,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, Quarters>> {
  const days = new Map<number, Quarters>();
  if (fromMs >= toMs) return days;
  const items = await queryAll(
    { client, tableName },
    {
      // Consistent: a deleted rollup must not be read from a replica.
      ConsistentRead: true,
      KeyConditionExpression: "series = :series AND #day BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#day": "day" },
      ExpressionAttributeValues: {
        ":series": { S: rollupSeries(part) },
        ":from": { S: timeKey(fromMs) },
        ":to": { S: timeKey(toMs - 1) },
      },
    },
  );
  for (const { day, content, expiresAtS } of items) {
    const expired = expiresAtS?.N !== undefined && Number(expiresAtS.N) * 1000 <= nowMs;
    const dayMs = Number(day?.S);
    if (content?.B !== undefined && !expired) days.set(dayMs, unpackDay(content.B, dayMs));
  }
  return days;
}

/** Number of days whose rollups are made together; if time runs out, the completed groups stay. */
const DAYS_AT_ONCE = 64;

/**
 * Makes, stores and returns the rollups of consecutive days, all of them complete. Long ranges
 * without points are skipped.
 *
 * Each day is claimed before its points are read, and its rollup is stored only if the claim is
 * still valid. A late point first is written and then invalidates the claim: so either the point
 * was read, or the rollup is not stored.
 */
export async function makeRollups(
  reader: RollupReader,
  part: SeriesOfKind,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, Quarters>> {
  const days = new Map<number, Quarters>();
  let restMs = fromMs;
  while (restMs < toMs) {
    const first = await readFirstPoint(reader, { ...part, fromMs: restMs, toMs }, nowMs);
    if (first === undefined) break;
    const startMs = dayOf(first.atMs);
    restMs = Math.min(startMs + DAYS_AT_ONCE * DAY_MS, toMs);
    const made = await makeSome(reader, part, startMs, restMs, nowMs);
    for (const [dayMs, { quarters }] of made) days.set(dayMs, quarters);
  }
  return days;
}

async function makeSome(
  reader: RollupReader,
  part: SeriesOfKind,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, DayRollup>> {
  const days = Array.from(
    { length: (toMs - fromMs) / DAY_MS },
    (_, index) => fromMs + index * DAY_MS,
  );
  const claims = await mapLimited(days, WRITES_AT_ONCE, async (dayMs) => {
    return { dayMs, generation: await claim(reader, part, dayMs) };
  });
  const rollups = await rollUp(reader, part, fromMs, toMs, nowMs);
  await mapLimited(claims, WRITES_AT_ONCE, ({ dayMs, generation }) =>
    keep(reader, part, dayMs, rollups.get(dayMs) ?? new DayBuilder().rollup, generation),
  );
  return rollups;
}

async function rollUp(
  reader: RollupReader,
  part: SeriesOfKind,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, DayRollup>> {
  const builders = new Map<number, DayBuilder>();
  for await (const { point } of eachPoint(reader, { ...part, fromMs, toMs }, nowMs, {
    consistent: true,
  })) {
    const dayMs = dayOf(point.atMs);
    const builder = builders.get(dayMs) ?? new DayBuilder();
    builder.add(point);
    builders.set(dayMs, builder);
  }
  return new Map([...builders].map(([dayMs, { rollup }]) => [dayMs, rollup]));
}

/** Claims a day whose rollup is being made; returns the number of the claim. */
async function claim(
  { client, rollupsTableName }: RollupReader,
  part: SeriesOfKind,
  dayMs: number,
): Promise<number> {
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName: rollupsTableName,
      Key: rollupKey(part, dayMs),
      UpdateExpression: "ADD generation :one",
      ExpressionAttributeValues: { ":one": { N: "1" } },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  return Number(Attributes?.["generation"]?.N);
}

/** Bytes of a day that are stored: an item has up to 400 KB, with its key. */
const MAX_CONTENT_BYTES = 350 * 1024;

/** Stores a day, unless it is too large, or another write has come since it was claimed. */
async function keep(
  { client, rollupsTableName }: RollupReader,
  part: SeriesOfKind,
  dayMs: number,
  rollup: DayRollup,
  generation: number,
): Promise<boolean> {
  const { expiresAtS } = rollup;
  const forGood = expiresAtS === undefined;
  const content = packDay(rollup, dayMs);
  if (content.length > MAX_CONTENT_BYTES) return false;
  return isConditionTrue(
    client.send(
      new UpdateItemCommand({
        TableName: rollupsTableName,
        Key: rollupKey(part, dayMs),
        UpdateExpression: `SET content = :content${forGood ? " REMOVE expiresAtS" : ", expiresAtS = :expires"}`,
        ConditionExpression: "generation = :generation",
        ExpressionAttributeValues: {
          ":content": { B: content },
          ":generation": { N: String(generation) },
          ...(forGood ? {} : { ":expires": { N: String(expiresAtS) } }),
        },
      }),
    ),
  );
}
