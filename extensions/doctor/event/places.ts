import { DeleteItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import { listObjects } from "@rainhooks/archive/objects";
import { parseLine } from "@rainhooks/archive/read/parse-line";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import type { StageAccess } from "@rainhooks/stage/reached";
import { erasureTable } from "@rainhooks/stage/tables/erased";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { seriesKey, seriesListKey } from "@rainhooks/time-series/series-keys";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { eraseLetters } from "../../privacy/erase/erase-letters.ts";
import { eraseObjects } from "../../privacy/erase/erase-objects.ts";
import { addErased } from "../../privacy/erase/erasure-store.ts";
import { searchOf } from "../../privacy/erase/search.ts";
import { readVersion } from "../../privacy/erase/stored-objects.ts";
import type { VisitedWebhook } from "../visit.ts";
import { TRIAL_SERIES, type Trial } from "./send.ts";

/** Partitions in which trials have items, by store: that of the first one shows that events have come. */
const PARTITIONS: Readonly<Record<string, readonly Partition[]>> = {
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

type Partition = readonly [table: TableDescription, value: string];

/** Whether a webhook keeps the events of trials. */
export function isStore({ name, isArchive }: VisitedWebhook): boolean {
  return isArchive || Object.hasOwn(PARTITIONS, name);
}

/** Returns true if a store has the events of a trial. Of the archive, each object is read once. */
export async function hasCome(
  stage: StageAccess,
  { name }: VisitedWebhook,
  trial: Trial,
  archived: ArchivedTrial,
): Promise<true | undefined> {
  const [proof] = PARTITIONS[name] ?? [];
  if (proof !== undefined) return (await eachItem(stage, proof, async () => undefined)) > 0 || undefined;
  await findInArchive(stage, trial, archived);
  const ids = [...archived.values()].flat();
  return trial.deliveries.every(({ id }) => ids.includes(id)) || undefined;
}

/** Reads the items of a partition, in both slots of its table; returns how many there are. */
async function eachItem(
  stage: StageAccess,
  [{ name, partitionKey, sortKey = partitionKey }, value]: Partition,
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

/** Looks at the objects that were written since a trial began. */
async function findInArchive(stage: StageAccess, { startedMs }: Trial, seen: ArchivedTrial): Promise<void> {
  const archive = stageArchive(stage);
  for await (const { key, writtenAtMs = startedMs } of listObjects(archive, { fromMs: startedMs })) {
    // Clocks can differ a little.
    if (seen.has(key) || writtenAtMs < startedMs - MINUTE_MS) continue;
    const read = await readVersion(archive, key);
    const lines = typeof read === "object" ? read.lines.filter((line) => line.includes(TRIAL_NODE)) : [];
    const ids = lines.flatMap((line) => parseLine(line)?.id ?? []);
    seen.set(key, ids);
  }
}

/**
 * Takes out what trials have written: items, lines of these objects, and dead letters if there may be some.
 *
 * @returns What was there, for people.
 */
export async function takeOut(
  stage: StageAccess,
  archived: ArchivedTrial = new Map(),
  hasLetters = false,
): Promise<string> {
  const client = slotClient(stage);
  let items = 0;
  for (const partition of Object.values(PARTITIONS).flat())
    items += await eachItem(stage, partition, (command) => client.send(command));
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
  const letters = hasLetters ? await eraseLetters(stage, search, true) : 0;
  return `taken out: ${items} items of tables, ${lines} lines of the archive, ${letters} dead letters`;
}
