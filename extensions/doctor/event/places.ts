import { DeleteItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import type { HourTopics } from "@rainhooks/archive/hour";
import { listObjects } from "@rainhooks/archive/objects";
import { parseLine } from "@rainhooks/archive/read/parse-line";
import { collect } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { isTrial, TRIAL_NODE } from "@rainhooks/core/trial";
import { slotTableName } from "@rainhooks/dynamodb/slots/slot";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { stageArchive } from "@rainhooks/stage/operate/stage/archive";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { erasureTable } from "@rainhooks/stage/tables/erasures";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { seriesKey, seriesListKey } from "@rainhooks/time-series/series-keys";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { refuseReaders } from "../../privacy/erase/erase.ts";
import { eraseDeadLetters } from "../../privacy/erase/erase-dead-letters.ts";
import type { ErasedLine } from "../../privacy/erase/erase-line.ts";
import { eraseObjects } from "../../privacy/erase/erase-objects.ts";
import { addErased } from "../../privacy/erase/erasure-store.ts";
import { readVersion } from "../../privacy/erase/stored-objects.ts";
import type { VisitedWebhook } from "../visit.ts";
import { TRIAL_SERIES, type Traces, type Trial } from "./trial.ts";

/**
 * Partitions in which trials have items, by store: that of the first one shows that events have
 * come.
 */
const PARTITIONS: Readonly<Record<string, readonly Partition[]>> = {
  "node-status": [
    [nodeStatusTable, TRIAL_NODE],
    [nodeTimelineTable, TRIAL_NODE],
  ],
  "time-series": [
    [timeSeriesTable, seriesKey(TRIAL_NODE, TRIAL_SERIES)],
    [timeSeriesTable, seriesListKey(TRIAL_NODE)],
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
  traces: Traces,
): Promise<true | undefined> {
  const [proof] = PARTITIONS[name] ?? [];
  if (proof !== undefined) return (await collect(keysIn(stage, proof))).length > 0 || undefined;
  await findInArchive(stage, trial, traces);
  const ids = [...traces.objects.values()].flat();
  return trial.deliveries.every(({ id }) => ids.includes(id)) || undefined;
}

/** Yields the keys of the items in a partition, in both slots of its table. */
async function* keysIn(stage: StageAccess, [table, value]: Partition) {
  const { name, partitionKey, sortKey = partitionKey } = table;
  for (const slot of ["a", "b"] as const) {
    const TableName = stage.outputs.tables[slotTableName(name, slot)];
    if (TableName === undefined) continue;
    const query = {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: "#key = :value",
      ExpressionAttributeNames: { "#key": partitionKey.name, "#sort": sortKey.name },
      ExpressionAttributeValues: { ":value": { S: value } },
      ProjectionExpression: "#key, #sort",
    };
    for await (const { Items = [] } of paginateQuery({ client: slotClient(stage) }, query))
      for (const Key of Items) yield { TableName, Key };
  }
}

/** Looks at the objects that were written since a trial began. */
async function findInArchive(
  stage: StageAccess,
  { startedMs }: Trial,
  { ids, objects }: Traces,
): Promise<void> {
  const archive = stageArchive(stage);
  for await (const { key, writtenAtMs = startedMs } of listObjects(archive, {
    fromMs: startedMs,
  })) {
    // Clocks can differ a little.
    if (objects.has(key) || writtenAtMs < startedMs - MINUTE_MS) continue;
    const read = await readVersion(archive, key);
    const lines = typeof read === "object" ? read.lines : [];
    objects.set(
      key,
      lines.flatMap((line) => sentIn(line, ids)?.id ?? []),
    );
  }
}

/** Returns the delivery in a line, if this run has sent it. */
function sentIn(line: string, ids: ReadonlySet<string>): Delivery | undefined {
  const delivery = line.includes(TRIAL_NODE) ? parseLine(line) : undefined;
  return delivery !== undefined && ids.has(delivery.id) && isTrial(delivery) ? delivery : undefined;
}

/** Whether the text of a dead letter is the notification of a delivery that this run has sent. */
function isLetterOf(text: string, ids: ReadonlySet<string>): boolean {
  try {
    const delivery = readDelivery({ messageId: "none", body: text });
    return ids.has(delivery.id) && isTrial(delivery);
  } catch {
    // It has no id or no time.
    return false;
  }
}

/**
 * Takes out what a run has sent: dead letters, and lines of the objects in which it was seen; and
 * the items of the node of trials. What fails does not keep the rest.
 *
 * @returns What was there, for people.
 * @throws The first failure. {RainhooksError} `write-conflict` while something reads the archive.
 */
export async function takeOut(stage: StageAccess, traces: Traces): Promise<string> {
  const erased = eraseDeadLetters(stage, { isMeant: (text) => isLetterOf(text, traces.ids) }, true);
  const all = [takeOutItems(stage), erased, takeOutLines(stage, traces)];
  await Promise.allSettled(all);
  const [items, letters, lines] = await Promise.all(all);
  return `taken out: ${items} items of tables, ${lines} lines of the archive, ${letters} dead letters`;
}

/** Takes out the items of the node of trials, also those of runs that were killed. */
export async function takeOutItems(stage: StageAccess): Promise<number> {
  const client = slotClient(stage);
  const read = Object.values(PARTITIONS).flat();
  const keys = (await Promise.all(read.map((one) => collect(keysIn(stage, one))))).flat();
  await Promise.all(keys.map((key) => client.send(new DeleteItemCommand(key))));
  return keys.length;
}

async function takeOutLines(stage: StageAccess, { ids: sent, objects }: Traces): Promise<number> {
  const keys = [...objects].flatMap(([key, ids]) => (ids.length === 0 ? [] : [key]));
  if (keys.length === 0) return 0;
  await refuseReaders(stage);
  const bucket = { ...stageArchive(stage), isVersioned: stage.local === undefined };
  const eraseLine = (line: string): ErasedLine => {
    const delivery = sentIn(line, sent);
    return delivery === undefined ? { kind: "kept" } : { kind: "dropped", delivery };
  };
  // Who compares the archive with what was published must know how many are gone.
  const onDropped = (gone: HourTopics) => addErased(erasureTable(stage), "trials", gone);
  let lines = 0;
  for (const prefix of keys)
    lines += (await eraseObjects({ bucket: { ...bucket, prefix }, eraseLine }, { onDropped }))
      .dropped;
  return lines;
}
