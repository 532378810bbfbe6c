import { paginateQuery, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core";
import { conditionHeld } from "@rainhooks/dynamodb";
import { DAY_MS, DayBuilder, type DayRollup, packDay, unpackDay } from "./day.ts";
import { timeKey } from "./item.ts";
import { eachPoint, readFirstPoint, type TimeSeriesReader } from "./read.ts";
import { dayOf, rollupKey, rollupSeries, type SeriesPart } from "./rollup-item.ts";
import type { Summary } from "./summary.ts";

/** The points, and the table in which rollups of them are kept. */
export interface RollupReader extends TimeSeriesReader {
  readonly rollupsTableName: string;
  /**
   * Whether rollups that are missing are made and kept. Only for readers whose clock is AWS's: a day is closed by what
   * time it is, and a clock that is ahead would close it before all its points are there.
   */
  readonly keepsRollups: boolean;
}

/** Quarters of a day by number. */
export type Quarters = ReadonlyMap<number, Summary>;

const WRITES_AT_ONCE = 16;

/** The rollups that are there, of the days from one to another (both beginnings of days, the last one not included). */
export async function readRollups(
  { client, rollupsTableName }: Pick<RollupReader, "client" | "rollupsTableName">,
  part: SeriesPart,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, Quarters>> {
  const days = new Map<number, Quarters>();
  if (fromMs >= toMs) return days;
  const pages = paginateQuery(
    { client },
    {
      TableName: rollupsTableName,
      // Consistent: a rollup that a late point has taken away must not come back from a replica.
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
  for await (const { Items = [] } of pages) {
    for (const { day, content, expiresAtS } of Items) {
      const expired = expiresAtS?.N !== undefined && Number(expiresAtS.N) * 1000 <= nowMs;
      const dayMs = Number(day?.S);
      if (content?.B !== undefined && !expired) days.set(dayMs, unpackDay(content.B, dayMs));
    }
  }
  return days;
}

/** Days whose rollups are made together: what has been kept stays, even if there is no time for the rest. */
const DAYS_AT_ONCE = 64;

/**
 * Makes and keeps the rollups of days that follow one another, all of them closed, and answers them. Long times without points
 * are left out: nothing is in them.
 *
 * Each day is claimed before its points are read, and its rollup is kept only if the claim still stands. A point that
 * comes late ends the claim after it has been written; so either it was read, or the rollup is not kept.
 */
export async function makeRollups(
  reader: RollupReader,
  part: SeriesPart,
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
  part: SeriesPart,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, DayRollup>> {
  const days = Array.from({ length: (toMs - fromMs) / DAY_MS }, (_, index) => fromMs + index * DAY_MS);
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
  part: SeriesPart,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<Map<number, DayRollup>> {
  const builders = new Map<number, DayBuilder>();
  for await (const { point } of eachPoint(reader, { ...part, fromMs, toMs }, nowMs, { consistent: true })) {
    const dayMs = dayOf(point.atMs);
    const builder = builders.get(dayMs) ?? new DayBuilder();
    builder.add(point);
    builders.set(dayMs, builder);
  }
  return new Map([...builders].map(([dayMs, { rollup }]) => [dayMs, rollup]));
}

/** Announces that a rollup of a day is being made; answers the number of the claim. */
async function claim(
  { client, rollupsTableName }: RollupReader,
  part: SeriesPart,
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

function keep(
  { client, rollupsTableName }: RollupReader,
  part: SeriesPart,
  dayMs: number,
  rollup: DayRollup,
  generation: number,
): Promise<boolean> {
  const { expiresAtS } = rollup;
  const forGood = expiresAtS === undefined;
  return conditionHeld(
    client.send(
      new UpdateItemCommand({
        TableName: rollupsTableName,
        Key: rollupKey(part, dayMs),
        UpdateExpression: `SET content = :content${forGood ? " REMOVE expiresAtS" : ", expiresAtS = :expires"}`,
        ConditionExpression: "generation = :generation",
        ExpressionAttributeValues: {
          ":content": { B: packDay(rollup, dayMs) },
          ":generation": { N: String(generation) },
          ...(forGood ? {} : { ":expires": { N: String(expiresAtS) } }),
        },
      }),
    ),
  );
}
