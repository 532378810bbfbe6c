import {
  type DynamoDBClient,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import { conditionHeld } from "@rainhooks/dynamodb/condition";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { type ReachedStage, tableOf } from "@rainhooks/stage/reached";
import * as v from "valibot";
import { ERASURE_STEPS, type Erasure } from "./erasure.ts";

const PART = "erasure";
/** The days of erased deliveries have this before the day, such as `day#2026/11/24`. */
const DAY = "day#";

const count = v.number();
const erasure = v.object({
  id: v.string(),
  kind: v.picklist(["node", "user"]),
  alias: v.string(),
  step: v.picklist(ERASURE_STEPS),
  subject: v.optional(v.object({ id: v.string(), also: v.array(v.string()) })),
  place: v.optional(v.string()),
  startedAtMs: v.number(),
  closedAtMs: v.optional(v.number()),
  startedBy: v.string(),
  doneAtMs: v.optional(v.number()),
  goneAtMs: v.optional(v.number()),
  counts: v.object({
    objects: count,
    rewritten: count,
    versions: count,
    changed: count,
    dropped: count,
    items: count,
    letters: count,
    unreadable: count,
  }),
  version: v.number(),
});

/** The table of erasures, and the client to read and write it with. */
export interface ErasureTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** The table of a stage's erasures. */
export function erasureTable(reached: ReachedStage): ErasureTable {
  return { client: reached.clients.dynamodb, tableName: tableOf(reached, "erasures") };
}

/**
 * Writes an erasure, the next version of what was read.
 *
 * @returns What was written.
 * @throws {RainhooksError} `write-conflict` if another process goes on with it.
 */
export async function saveErasure(
  table: ErasureTable,
  read: Erasure,
  change: Partial<Erasure>,
): Promise<Erasure> {
  const next = { ...read, ...change, version: read.version + 1 };
  const Item = marshall({ ...next, erasure: next.id, part: PART }, { removeUndefinedValues: true });
  const isNew = read.version === 0;
  const held = await call(table, () =>
    conditionHeld(
      table.client.send(
        new PutItemCommand({
          TableName: table.tableName,
          Item,
          ConditionExpression: isNew ? "attribute_not_exists(part)" : "version = :read",
          ...(isNew ? {} : { ExpressionAttributeValues: { ":read": { N: String(read.version) } } }),
        }),
      ),
    ),
  );
  if (held) return next;
  throw new RainhooksError("write-conflict", `Erasure ${read.id} is running in another process.`);
}

/** Reads all erasures, the newest first, without whose data is erased. */
export async function listErasures(table: ErasureTable): Promise<Omit<Erasure, "subject">[]> {
  return (await readErasures(table)).map(({ subject: _, ...erasure }) => erasure);
}

/** Reads all erasures, the newest first. Those that have not ended say whose data is erased. */
export async function readErasures(table: ErasureTable): Promise<Erasure[]> {
  const items = await scan(table, {
    FilterExpression: "part = :part",
    ExpressionAttributeValues: { ":part": { S: PART } },
  });
  return items.map(toErasure).sort((a, b) => b.startedAtMs - a.startedAtMs);
}

function toErasure(item: Attributes): Erasure {
  const parsed = v.safeParse(erasure, unmarshall(item));
  if (parsed.success) return parsed.output;
  throw new RainhooksError(
    "stage-unavailable",
    `Erasure ${item["id"]?.S} was written by another version of Rainhooks. Use that version.`,
  );
}

/** Numbers of deliveries by hour of publishing, such as `2026/11/24/08`, and by topic. */
export type HourTopics = ReadonlyMap<string, ReadonlyMap<string, number>>;

/**
 * Adds to the numbers of deliveries that are taken out of the archive. It is written before they are taken
 * out: a process that is killed in between, or whose write is repeated, counts them twice, and never not at
 * all.
 */
export async function addErased(table: ErasureTable, id: string, erased: HourTopics): Promise<void> {
  for (const [hour, topics] of erased) {
    const counts = [...topics];
    await call(table, () =>
      table.client.send(
        new UpdateItemCommand({
          TableName: table.tableName,
          Key: { erasure: { S: id }, part: { S: `${DAY}${hour.slice(0, DAY_LENGTH)}` } },
          UpdateExpression: `ADD ${counts.map((_, index) => `#${index} :${index}`).join(", ")}`,
          ExpressionAttributeNames: Object.fromEntries(
            counts.map(([topic], index) => [`#${index}`, `${hour.slice(DAY_LENGTH + 1)} ${topic}`]),
          ),
          ExpressionAttributeValues: Object.fromEntries(
            counts.map(([, number], index) => [`:${index}`, { N: String(number) }]),
          ),
        }),
      ),
    );
  }
}

/** Length of `2026/11/24`. */
const DAY_LENGTH = 10;

/** Reads the same of a stage; one of an earlier deployment, without the table, has erased nothing. */
export async function erasedOf(reached: ReachedStage): Promise<HourTopics> {
  return reached.outputs.tables["erasures"] === undefined ? new Map() : readErased(erasureTable(reached));
}

/** Reads how many deliveries were taken out of the archive at most, by hour of publishing and by topic. */
export async function readErased(table: ErasureTable): Promise<HourTopics> {
  const items = await scan(table, {
    FilterExpression: "begins_with(part, :day)",
    ExpressionAttributeValues: { ":day": { S: DAY } },
  });
  const erased = new Map<string, Map<string, number>>();
  for (const { erasure: _id, part, ...counts } of items)
    for (const [name, value] of Object.entries(counts)) {
      const [at = "", topic = ""] = name.split(" ");
      const hour = `${part?.S?.slice(DAY.length)}/${at}`;
      const topics = erased.get(hour) ?? new Map<string, number>();
      topics.set(topic, (topics.get(topic) ?? 0) + Number(value.N));
      erased.set(hour, topics);
    }
  return erased;
}

async function scan(
  { client, tableName }: ErasureTable,
  filter: { FilterExpression: string; ExpressionAttributeValues: Attributes },
): Promise<Attributes[]> {
  return call({ client, tableName }, async () => {
    const items: Attributes[] = [];
    const pages = paginateScan({ client }, { TableName: tableName, ConsistentRead: true, ...filter });
    for await (const { Items = [] } of pages) items.push(...Items);
    return items;
  });
}

async function call<T>({ tableName }: ErasureTable, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw tableError(tableName, error);
  }
}
