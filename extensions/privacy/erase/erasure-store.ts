import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { RainhooksError } from "@rainhooks/core/errors";
import { isConditionTrue } from "@rainhooks/dynamodb/condition";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { ERASED_DAY, type ErasureTable, type HourTopics, scanErasures } from "@rainhooks/stage/tables/erased";
import * as v from "valibot";
import { ERASURE_STEPS, type Erasure } from "./erasure.ts";

const PART = "erasure";

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
  const held = await tableCall(table.tableName, () =>
    isConditionTrue(
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
  const items = await scanErasures(table, {
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

/**
 * Adds to the numbers of deliveries that are taken out of the archive. It is written before they are taken
 * out: a process that is killed in between, or whose write is repeated, counts them twice, and never not at
 * all.
 */
export async function addErased(table: ErasureTable, id: string, erased: HourTopics): Promise<void> {
  for (const [hour, topics] of erased) {
    const counts = [...topics];
    await tableCall(table.tableName, () =>
      table.client.send(
        new UpdateItemCommand({
          TableName: table.tableName,
          Key: { erasure: { S: id }, part: { S: `${ERASED_DAY}${hour.slice(0, DAY_LENGTH)}` } },
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
