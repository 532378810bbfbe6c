import { DeleteItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import { listObjects } from "@rainhooks/archive/objects";
import { parseLine } from "@rainhooks/archive/read/parse-line";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { reachedArchive } from "@rainhooks/stage/operate/stage/archive";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { erasureTable } from "@rainhooks/stage/tables/erased";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { seriesKey, seriesListKey } from "@rainhooks/time-series/series-keys";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { eraseObjects } from "../../privacy/erase/erase-objects.ts";
import { addErased } from "../../privacy/erase/erasure-store.ts";
import { searchOf } from "../../privacy/erase/search.ts";
import { readVersion } from "../../privacy/erase/stored-objects.ts";
import type { Trial } from "./send.ts";
import { TRIAL_SERIES } from "./trial.ts";

/** Partitions in which a trial can have items; the first one of a store shows that it has come there. */
const PARTITIONS: Readonly<Record<string, readonly (readonly [TableDescription, string])[]>> = {
  "node-status": [
    [nodeStatusTable, TRIAL_NODE],
    [nodeTimelineTable, TRIAL_NODE],
  ],
  "time-series": [
    [timeSeriesTable, seriesKey(TRIAL_NODE, TRIAL_SERIES)],
    [timeSeriesTable, seriesListKey(TRIAL_NODE)],
    [timeSeriesRollupsTable, seriesKey(TRIAL_NODE, TRIAL_SERIES)],
  ],
};

/** The names of the stores that have tables. */
export const TABLE_STORES: readonly string[] = Object.keys(PARTITIONS);

/** Whether the event of a trial is in a store. */
export async function isInStore(stage: ReachedStage, store: string): Promise<boolean> {
  const [proof] = PARTITIONS[store] ?? [];
  return proof !== undefined && (await eachItem(stage, proof, async () => undefined)) > 0;
}

/** Deletes what trials have written to the tables of the stores; returns how many items. */
export async function takeOutOfTables(stage: ReachedStage): Promise<number> {
  let count = 0;
  for (const partition of Object.values(PARTITIONS).flat())
    count += await eachItem(stage, partition, (client, command) => client.send(command));
  return count;
}

/** Reads the items of a partition, in both slots of its table; returns how many there are. */
async function eachItem(
  stage: ReachedStage,
  [table, value]: readonly [TableDescription, string],
  work: (client: ReachedStage["clients"]["dynamodb"], command: DeleteItemCommand) => Promise<unknown>,
): Promise<number> {
  const client = slotClient(stage);
  const { partitionKey, sortKey = partitionKey } = table;
  let count = 0;
  for (const slot of ["a", "b"] as const) {
    const TableName = stage.outputs.tables[slotTableName(table.name, slot)];
    if (TableName === undefined) continue;
    const query = {
      ...{ TableName, ConsistentRead: true, KeyConditionExpression: "#key = :value" },
      ExpressionAttributeNames: { "#key": partitionKey.name },
      ExpressionAttributeValues: { ":value": { S: value } },
    };
    for await (const { Items = [] } of paginateQuery({ client }, query))
      for (const item of Items) {
        const names = [partitionKey.name, sortKey.name];
        const Key = Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)));
        await work(client, new DeleteItemCommand({ TableName, Key }));
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
    seen.set(
      key,
      lines.flatMap((line) => parseLine(line)?.id ?? []),
    );
  }
}

/** Takes the lines of trials out of objects; returns how many lines. */
export async function takeOutOfArchive(stage: ReachedStage, found: ArchivedTrial): Promise<number> {
  const { objects } = searchOf(
    stage,
    { kind: "node", id: TRIAL_NODE, also: [] },
    "rainhooks-erased-trial",
    {},
  );
  let count = 0;
  for (const [prefix, ids] of found) {
    if (ids.length === 0) continue;
    const search = { ...objects, bucket: { ...objects.bucket, prefix } };
    const { dropped } = await eraseObjects(search, {
      // Who compares the archive with what was published must know how many are gone.
      onDropped: async (gone) => {
        if ("erasures" in stage.outputs.tables) await addErased(erasureTable(stage), "trials", gone);
      },
      onDone: async () => undefined,
    });
    count += dropped;
  }
  return count;
}
