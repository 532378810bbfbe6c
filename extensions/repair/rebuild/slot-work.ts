import type { WriteRequest } from "@aws-sdk/client-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import { DEFAULT_RETRY, retryLeftovers } from "@rainhooks/core/retry";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { throttledError } from "@rainhooks/dynamodb/errors";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import {
  type EndedAt,
  eachPage,
  type TableSegment,
  type TablesRead,
} from "../verify/read-tables.ts";
import type { WorkJob } from "../work/job.ts";
import type { RebuildPhase } from "./rebuild-state.ts";

/** Items between two looks at who holds the rebuild. */
const PAGE = 500;
const RETRY = { attempts: 10, baseMs: SECOND_MS, capMs: SECOND_MS, random: () => 1 };
const CALLS_AT_ONCE = 8;

/** Returns whether a part of a table has an item. */
export async function hasItems(job: WorkJob, segment: TableSegment): Promise<boolean> {
  let items = 0;
  const options = { isLate: () => items > 0, input: { ConsistentRead: true, Limit: PAGE } };
  await eachPage(job, segment, options, async (some) => {
    items += some.length;
  });
  return items > 0;
}

/** Copies the items of a part of a table to the other slot, over what is there. */
export function copySegment(
  job: WorkJob,
  segment: TableSegment,
  to: Slot,
  after: EndedAt["after"],
): Promise<TablesRead & EndedAt> {
  return eachPage(
    job,
    segment,
    { after, input: { ConsistentRead: true, Limit: PAGE } },
    (items) => {
      const puts = items.map((Item) => ({ PutRequest: { Item } }));
      return write(job, "copying", { table: segment.table, slot: to }, puts);
    },
  );
}

/**
 * Deletes the items of a part of a table.
 *
 * @param keys Names of the attributes of its key.
 * @param perSecond Items at most. @defaultValue as many as the table takes
 */
export function clearSegment(
  job: WorkJob,
  segment: TableSegment,
  keys: readonly string[],
  perSecond: number | undefined,
  after: EndedAt["after"],
): Promise<TablesRead & EndedAt> {
  const rate = perSecond ?? Number.POSITIVE_INFINITY;
  const input = {
    ConsistentRead: true,
    Limit: Math.max(1, Math.min(PAGE, Math.round(rate))),
    ProjectionExpression: keys.map((_, index) => `#${index}`).join(),
    ExpressionAttributeNames: Object.fromEntries(keys.map((key, index) => [`#${index}`, key])),
  };
  const { nowMs, wait } = job.dependencies;
  return eachPage(job, segment, { after, input }, async (items) => {
    const startMs = nowMs();
    const deletes = items.map((Key) => ({ DeleteRequest: { Key } }));
    await write(job, "dropping", segment, deletes);
    const leftMs = (items.length / rate) * SECOND_MS - (nowMs() - startMs);
    if (leftMs > 0) await wait(leftMs);
  });
}

async function write(
  job: WorkJob,
  phase: RebuildPhase,
  { table, slot }: Pick<TableSegment, "table" | "slot">,
  requests: readonly WriteRequest[],
): Promise<void> {
  const tableName = job.tableName(table, slot);
  const { client, wait } = job.dependencies;
  const sleep = async (ms: number) => void (await wait(ms));
  const retry = { ...DEFAULT_RETRY, sleep };
  const send = async (some: readonly WriteRequest[]) => {
    await job.requireRunner(phase, slot);
    return batchWrite(some, { client, tableName, callsAtOnce: CALLS_AT_ONCE, retry });
  };
  const left = await retryLeftovers(requests, send, { ...RETRY, sleep });
  if (left.length > 0)
    throw throttledError(tableName, `it did not take an item in ${RETRY.attempts} tries.`);
}
