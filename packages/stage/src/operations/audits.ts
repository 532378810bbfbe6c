import { GetItemCommand, paginateQuery, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { tableCall, tableError } from "@rainhooks/dynamodb/errors";
import * as v from "valibot";
import { type StageAccess, tableOf } from "../stage-access.ts";
import { auditsTable, USUAL_AUDIT_DAYS } from "../tables/stage-tables.ts";
import { type AuditTable, monthOf, newAuditId, putAudit } from "./put-audit.ts";

const audit = v.object({
  /** Says when it began. */
  id: v.string(),
  operation: v.string(),
  /** An ARN of AWS, a user of this computer, or a function of the stage. */
  caller: v.string(),
  door: v.picklist(["terminal", "console", "assistant", "function"]),
  /** Without what is secret. */
  request: v.record(v.string(), v.unknown()),
  /** `started`: it runs, or its process was killed. */
  outcome: v.picklist(["started", "done", "failed", "cancelled"]),
  startedAtMs: v.number(),
  endedAtMs: v.optional(v.number()),
  plan: v.optional(v.record(v.string(), v.unknown())),
  result: v.optional(v.record(v.string(), v.unknown())),
  /** The code of the error with which it has failed. */
  error: v.optional(v.string()),
  /** For long work: its title, such as `Rebuild node-status`, and its current step. */
  title: v.optional(v.string()),
  progress: v.optional(v.string()),
  /** Until this time, its process counts as running. */
  aliveUntilMs: v.optional(v.number()),
  /** Id of that process. */
  runner: v.optional(v.string()),
  /** The caller who has cancelled it. */
  cancelledBy: v.optional(v.string()),
});

/** What is kept of a call of an operation that changes something. */
export type Audit = v.InferOutput<typeof audit>;

/**
 * @throws {RainhooksError} `not-found` for a stage of an earlier version, which has no such table.
 */
export function auditTable(stage: StageAccess): AuditTable {
  return {
    client: stage.clients.dynamodb,
    tableName: tableOf(stage, auditsTable.name),
    keepDays: stage.outputs.retention?.auditDays ?? USUAL_AUDIT_DAYS,
  };
}

/**
 * Writes that an operation begins.
 *
 * @returns The id of the audit.
 * @throws {RainhooksError} if it cannot be written: then nothing may be changed.
 */
export async function beginAudit(
  table: AuditTable,
  begun: Omit<Audit, "id" | "outcome">,
): Promise<string> {
  const id = newAuditId(begun.startedAtMs);
  try {
    await putAudit(table, { ...begun, id, outcome: "started" });
    return id;
  } catch (thrown) {
    const { code, message, permanent } = tableError(table.tableName, thrown);
    const text = `Nothing was changed, because the record of it cannot be written. ${message}`;
    throw new RainhooksError(code, text, { cause: thrown, permanent });
  }
}

/**
 * Writes the result of an operation, or how it ended.
 *
 * @returns The audit as it is now.
 * @throws {RainhooksError} if it cannot be written.
 */
export async function updateAudit(
  { client, tableName }: AuditTable,
  { id, startedAtMs }: Pick<Audit, "id" | "startedAtMs">,
  change: Partial<Omit<Audit, "id" | "startedAtMs">>,
): Promise<Audit> {
  const fields = Object.entries(change).filter(([, value]) => value !== undefined);
  const write = new UpdateItemCommand({
    TableName: tableName,
    Key: marshall({ month: monthOf(startedAtMs), id }),
    UpdateExpression: `SET ${fields.map((_, index) => `#${index} = :${index}`).join(", ")}`,
    ConditionExpression: "attribute_exists(id)",
    ReturnValues: "ALL_NEW",
    ExpressionAttributeNames: Object.fromEntries(
      fields.map(([name], index) => [`#${index}`, name]),
    ),
    ExpressionAttributeValues: marshall(
      Object.fromEntries(fields.map(([, value], index) => [`:${index}`, value])),
      { removeUndefinedValues: true },
    ),
  });
  const { Attributes = {} } = await tableCall(tableName, () => client.send(write));
  return v.parse(audit, unmarshall(Attributes));
}

/** Reads an audit; `undefined` if there is none of this id. */
export async function readAudit(
  { client, tableName }: AuditTable,
  id: string,
): Promise<Audit | undefined> {
  const [, year, month] = /^(\d{4})(\d\d)\d\d-/.exec(id) ?? [];
  if (year === undefined) return undefined;
  const Key = marshall({ month: `${year}-${month}`, id });
  const read = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
  const { Item } = await tableCall(tableName, () => client.send(read));
  return Item && v.parse(audit, unmarshall(Item));
}

/** Which audits are looked for. */
export interface AuditSelection {
  /** Range of times at which they began, epoch milliseconds; the end is exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  readonly isWanted: (audit: Audit) => boolean;
}

/** Reads audits, the newest first. */
export async function listAudits(table: AuditTable, selection: AuditSelection): Promise<Audit[]> {
  const audits = await tableCall(table.tableName, () => readSelected(table, selection));
  // Within a second, ids are in no order.
  return audits.sort((a, b) => b.startedAtMs - a.startedAtMs);
}

async function readSelected(table: AuditTable, selection: AuditSelection): Promise<Audit[]> {
  const { fromMs, toMs, limit, isWanted } = selection;
  const found: Audit[] = [];
  for (
    let month = monthOf(toMs);
    month >= monthOf(fromMs);
    month = monthOf(Date.parse(`${month}-01`) - DAY_MS)
  )
    for await (const one of auditsOf(table, month)) {
      // Ids say the second.
      if (one.startedAtMs < fromMs - SECOND_MS) return found;
      if (one.startedAtMs < toMs && one.startedAtMs >= fromMs && isWanted(one)) found.push(one);
      if (found.length === limit) return found;
    }
  return found;
}

async function* auditsOf({ client, tableName }: AuditTable, month: string): AsyncGenerator<Audit> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      KeyConditionExpression: "#month = :month",
      ExpressionAttributeNames: { "#month": "month" },
      ExpressionAttributeValues: { ":month": { S: month } },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
  );
  for await (const { Items = [] } of pages)
    for (const item of Items) yield v.parse(audit, unmarshall(item));
}
