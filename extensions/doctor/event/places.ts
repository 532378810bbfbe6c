import { DeleteItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import { listObjects } from "@rainhooks/archive/objects";
import { parseLine } from "@rainhooks/archive/read/parse-line";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { reachedArchive } from "@rainhooks/stage/operate/stage/archive";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { erasureTable } from "@rainhooks/stage/tables/erased";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { seriesKey, seriesListKey } from "@rainhooks/time-series/series-keys";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { eraseLetters } from "../../privacy/erase/erase-letters.ts";
import { eraseObjects } from "../../privacy/erase/erase-objects.ts";
import { addErased } from "../../privacy/erase/erasure-store.ts";
import { searchOf } from "../../privacy/erase/search.ts";
import { readVersion } from "../../privacy/erase/stored-objects.ts";
import { TRIAL_SERIES, type Trial } from "./send.ts";

/** Partitions in which trials have items, by store: that of the first one shows that events have come. */
const PARTITIONS = {
  "node-status": [
    [nodeStatusTable, TRIAL_NODE],
    [nodeTimelineTable, TRIAL_NODE],
  ],
  "time-series": [
    [timeSeriesTable, seriesKey(TRIAL_NODE, TRIAL_SERIES)],
    [timeSeriesTable, seriesListKey(TRIAL_NODE)],
    [timeSeriesRollupsTable, seriesKey(TRIAL_NODE, TRIAL_SERIES)],
  ],
} as const;

type TableStore = keyof typeof PARTITIONS;

export function isTableStore(name: string): name is TableStore {
  return Object.hasOwn(PARTITIONS, name);
}

/** Whether a trial has written to a store. */
export async function isInTables(stage: ReachedStage, store: TableStore): Promise<boolean> {
  return (await eachItem(stage, PARTITIONS[store][0], async () => undefined)) > 0;
}

/** Deletes what trials have written to tables; returns how many items. */
export async function takeOutOfTables(stage: ReachedStage): Promise<number> {
  const client = slotClient(stage);
  let count = 0;
  for (const partition of Object.values(PARTITIONS).flat())
    count += await eachItem(stage, partition, (command) => client.send(command));
  return count;
}

/** Reads the items of a partition, in both slots of its table; returns how many there are. */
async function eachItem(
  stage: ReachedStage,
  [{ name, partitionKey, sortKey }, value]: (typeof PARTITIONS)[TableStore][number],
  work: (deletion: DeleteItemCommand) => Promise<unknown>,
): Promise<number> {
  let count = 0;
  for (const slot of ["a", "b"] as const) {
    const TableName = stage.outputs.tables[slotTableName(name, slot)];
    if (TableName === undefined) continue;
    const query = {
      ...{ TableName, ConsistentRead: true, KeyConditionExpression: "#key = :value" },
      ExpressionAttributeNames: { "#key": partitionKey.name, "#sort": sortKey.name },
      ExpressionAttributeValues: { ":value": { S: value } },
      ProjectionExpression: "#key, #sort",
    };
    for await (const { Items = [] } of paginateQuery({ client: slotClient(stage) }, query))
      for (const Key of Items) {
        await work(new DeleteItemCommand({ TableName, Key }));
        count += 1;
      }
  }
  return count;
}

/** Objects of the archive with lines of a trial, and ids of the deliveries in them. */
export type ArchivedTrial = Map<string, readonly string[]>;

/** Looks at the objects that were written since a trial began, at each of them once. */
export async function findInArchive(
  stage: ReachedStage,
  { startedMs }: Trial,
  seen: ArchivedTrial,
): Promise<void> {
  const archive = reachedArchive(stage);
  for await (const { key, writtenAtMs = startedMs } of listObjects(archive, { fromMs: startedMs })) {
    // Clocks can differ a little.
    if (seen.has(key) || writtenAtMs < startedMs - MINUTE_MS) continue;
    const read = await readVersion(archive, key);
    const lines = typeof read === "object" ? read.lines.filter((line) => line.includes(TRIAL_NODE)) : [];
    const ids = lines.flatMap((line) => parseLine(line)?.id ?? []);
    seen.set(key, ids);
  }
}

/** Takes the lines of trials out of objects, and dead letters; returns how many. */
export async function takeOutOthers(stage: ReachedStage, archived: ArchivedTrial, hasLetters: boolean) {
  const subject = { kind: "node", id: TRIAL_NODE, also: [] } as const;
  const search = searchOf(stage, subject, "rainhooks-erased-trial", {});
  let lines = 0;
  for (const [prefix, ids] of archived) {
    if (ids.length === 0) continue;
    const bucket = { ...search.objects.bucket, prefix };
    const { dropped } = await eraseObjects(
      { ...search.objects, bucket },
      {
        // Who compares the archive with what was published must know how many are gone.
        onDropped: async (gone) => {
          if ("erasures" in stage.outputs.tables) await addErased(erasureTable(stage), "trials", gone);
        },
        onDone: async () => undefined,
      },
    );
    lines += dropped;
  }
  return { lines, letters: hasLetters ? await eraseLetters(stage, search, true) : 0 };
}
