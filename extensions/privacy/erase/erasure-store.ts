import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { HourTopics } from "@rainhooks/archive/hour";
import { RainhooksError } from "@rainhooks/core/errors";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { putUnchanged } from "@rainhooks/dynamodb/put-if";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { ERASED_DAY, scanErasures } from "@rainhooks/stage/tables/erasures";
import * as v from "valibot";

const PART = "erasure";

const count = v.number();
/** How much of an erasure is done, or would be. */
const counts = v.object({
  /** Objects of the archive, and older versions of them, that were read. */
  objects: count,
  /** Objects that were written again. */
  rewritten: count,
  /** Older versions of objects that were deleted. */
  versions: count,
  /** Deliveries that have an alias instead of the subject. */
  changed: count,
  /** Deliveries that are no longer in the archive. */
  dropped: count,
  /** Items of tables that were deleted, or have an alias. */
  items: count,
  /** Dead letters that were deleted. */
  letters: count,
  /** Objects whose bytes are broken: their content is not known. */
  unreadable: count,
});
export type ErasureCounts = Readonly<v.InferOutput<typeof counts>>;

/** Counts of an erasure that has not begun. */
export const NO_COUNTS: ErasureCounts = {
  objects: 0,
  rewritten: 0,
  versions: 0,
  changed: 0,
  dropped: 0,
  items: 0,
  letters: 0,
  unreadable: 0,
};

/** What is kept of an erasure. */
const erasure = v.object({
  id: v.string(),
  kind: v.picklist(["node", "user"]),
  /** The alias that replaces the subject. Nothing says whose alias it is. */
  alias: v.string(),
  /** Its steps are done in this order. */
  step: v.picklist(["tables", "archive", "letters", "done"]),
  /** Present until it is done: whose data is erased. */
  subject: v.optional(v.object({ id: v.string(), also: v.array(v.string()) })),
  /** The last object whose lines are done. */
  place: v.optional(v.string()),
  /** All that was published before this time is erased, epoch milliseconds. */
  startedAtMs: v.number(),
  /**
   * When its first search of the tables had ended, epoch milliseconds: what functions do after
   * that, they do without the subject.
   */
  closedAtMs: v.optional(v.number()),
  /** An ARN of AWS. */
  startedBy: v.string(),
  doneAtMs: v.optional(v.number()),
  /** By then, the last copy is gone that cannot be deleted at once. */
  goneAtMs: v.optional(v.number()),
  counts,
  version: v.number(),
});
export type Erasure = Readonly<v.InferOutput<typeof erasure>>;

/**
 * Writes an erasure, the next version of what was read.
 *
 * @returns What was written.
 * @throws {RainhooksError} `write-conflict` if another process goes on with it.
 */
export async function saveErasure(
  table: TableAccess,
  read: Erasure,
  change: Partial<Erasure>,
): Promise<Erasure> {
  const next = { ...read, ...change, version: read.version + 1 };
  const item = marshall({ ...next, erasure: next.id, part: PART }, { removeUndefinedValues: true });
  if (await putUnchanged({ ...table, key: ["erasure", "part"] }, item, read.version || undefined))
    return next;
  throw new RainhooksError("write-conflict", `Erasure ${read.id} is running in another process.`);
}

/** Reads all erasures, the newest first, without whose data is erased. */
export async function listErasures(table: TableAccess): Promise<Omit<Erasure, "subject">[]> {
  return (await readErasures(table)).map(({ subject: _, ...erasure }) => erasure);
}

/** Reads all erasures, the newest first. Those that have not ended say whose data is erased. */
export async function readErasures(table: TableAccess): Promise<Erasure[]> {
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
 * Adds to the numbers of deliveries that are taken out of the archive. It is written before they
 * are taken out: a process that is killed in between, or whose write is repeated, counts them
 * twice, and never not at all.
 */
export async function addErased(table: TableAccess, id: string, erased: HourTopics): Promise<void> {
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
