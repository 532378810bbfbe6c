import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { newTimeId } from "@rainhooks/core/time-id";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";

/** The table of audits, and the client to read and write it with. */
export interface AuditTable extends TableAccess {
  /** Days for which an audit is kept. */
  readonly keepDays: number;
}

/** What names an audit, and says when it began. */
interface AuditKey {
  readonly id: string;
  readonly startedAtMs: number;
}

/** Random bytes of the id of an audit: no other one has it. */
const ID_BYTES = 6;

/** Returns the id of an audit that begins at a time. */
export function newAuditId(startedAtMs: number): string {
  return newTimeId(startedAtMs, ID_BYTES);
}

/**
 * Writes an audit, or the same one as it is now. It has no condition: when its response is lost,
 * the client writes the same item again.
 */
export async function putAudit(
  { client, tableName, keepDays }: AuditTable,
  audit: AuditKey & Readonly<Record<string, unknown>>,
): Promise<void> {
  const { startedAtMs } = audit;
  const expiresAtS = Math.ceil((startedAtMs + keepDays * DAY_MS) / SECOND_MS);
  const item = { ...audit, month: monthOf(startedAtMs), expiresAtS };
  const Item = marshall(item, { removeUndefinedValues: true });
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
}

/** Such as `2026-11`. */
export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
