import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import { chunkBySize } from "@rainhooks/core/collections";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { tableCall } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { putUnchanged } from "@rainhooks/dynamodb/put-if";
import { queryAll, scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import * as v from "valibot";
import { replaysTable } from "../../tables/stage-tables.ts";
import {
  isRunning,
  NO_COUNTS,
  type ReplayJob,
  type ReplayRequest,
  replayJob,
} from "./replay-job.ts";
import { MAX_LIST } from "./request.ts";

/** How long a process may run a job without a sign of life. */
export const LEASE_MS = 15 * SECOND_MS;

/** What a new job needs besides its id. */
export interface NewJob {
  readonly request: ReplayRequest;
  readonly hours: HoursToRead;
  /** Deliveries that the plan has found. */
  readonly planned: number;
  /** Who starts it: an ARN of AWS. */
  readonly startedBy: string;
  readonly nowMs: number;
}

/** Makes a job that has read nothing. */
export function newJob(id: string, { nowMs, ...given }: NewJob): ReplayJob {
  return {
    id,
    ...given,
    state: "running",
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
    counts: NO_COUNTS,
    resumed: 0,
    problems: [],
  };
}

/** Sort key of the item with the job; its lists are in the items after it. */
const JOB_PART = "job";
/** Lists of a request that can be too long for one item. */
const LISTS = ["ids", "keys"] as const;
const MAX_ITEM_BYTES = 300_000;
/** Days until DynamoDB deletes a job that nobody has touched. */
const KEPT_DAYS = 90;

/** Converts a job to its item, without the lists. */
function jobItem(value: ReplayJob): Attributes {
  const { ids: _ids, keys: _keys, ...request } = value.request;
  return marshall(
    { ...value, request, job: value.id, part: JOB_PART, expiresAtS: expiresAtS(value) },
    { removeUndefinedValues: true },
  );
}

/** Converts the lists of a job to items, each of a size that DynamoDB takes. */
function listItems(value: ReplayJob): Attributes[] {
  return LISTS.flatMap((name) => {
    const list = value.request[name] ?? [];
    const chunks = chunkBySize(list, (text) => Buffer.byteLength(text) + 1, {
      count: MAX_LIST,
      bytes: MAX_ITEM_BYTES,
    });
    return chunks.map((entries, index) =>
      marshall({
        job: value.id,
        part: `${name}#${String(index).padStart(4, "0")}`,
        entries,
        expiresAtS: expiresAtS(value),
      }),
    );
  });
}

function expiresAtS({ updatedAtMs }: ReplayJob): number {
  return Math.ceil((updatedAtMs + KEPT_DAYS * DAY_MS) / SECOND_MS);
}

/**
 * Converts the items of a job.
 *
 * @param main The item without the lists.
 * @param all The items with the lists; others may be among them.
 * @throws {RainhooksError} `stage-unavailable` for a job of another version.
 */
function readJobItems(main: Attributes, all: readonly Attributes[]): ReplayJob {
  const job = unmarshall(main);
  const values = all.map((item) => unmarshall(item));
  const lists = LISTS.map((name) => {
    const parts = values.filter(({ part }) => String(part).startsWith(`${name}#`));
    return [
      name,
      parts.length === 0 ? undefined : parts.flatMap((part) => part["entries"]),
    ] as const;
  });
  const request = { ...job["request"], ...Object.fromEntries(lists) };
  const parsed = v.safeParse(replayJob, { ...job, request });
  if (parsed.success) return parsed.output;
  throw new RainhooksError(
    "stage-unavailable",
    `Replay ${job["id"]} was written by another version of Rainhooks. Use that version.`,
  );
}

/** Writes a new job. */
export async function createJob(table: TableAccess, job: ReplayJob): Promise<void> {
  // The lists first: a job must never be seen without them.
  const puts = listItems(job).map((Item) => ({ PutRequest: { Item } }));
  const left = await tableCall(table.tableName, () => batchWrite(puts, table));
  if (left.length > 0)
    throw new RainhooksError(
      "throttled",
      `Table ${table.tableName} is busy. Start the replay again.`,
    );
  await saveJob(table, { ...job, version: 0 });
}

/**
 * Reads a job.
 *
 * @throws {RainhooksError} `not-found` if there is none.
 */
export async function readJob(table: TableAccess, id: string): Promise<ReplayJob> {
  const items = await tableCall(table.tableName, () =>
    queryAll(table, {
      KeyConditionExpression: "job = :job",
      ExpressionAttributeValues: { ":job": { S: id } },
      ConsistentRead: true,
    }),
  );
  const main = items.find(({ part }) => part?.S === JOB_PART);
  if (main !== undefined) return readJobItems(main, items);
  throw new RainhooksError(
    "not-found",
    `There is no replay ${id}. "rainhooks replay ls" lists them.`,
  );
}

/** Reads all jobs, the newest first, without their lists. */
export async function listJobs(table: TableAccess): Promise<ReplayJob[]> {
  const items = await tableCall(table.tableName, () =>
    scanAll(table, {
      FilterExpression: "part = :job",
      ExpressionAttributeValues: { ":job": { S: JOB_PART } },
      ConsistentRead: true,
    }),
  );
  const jobs = items.map((item) => readJobItems(item, []));
  return jobs.sort((a, b) => b.createdAtMs - a.createdAtMs);
}

/**
 * Writes the next version of a job.
 *
 * @returns The job as it was written; `undefined` if somebody has changed it since it was read,
 * such as one who cancels it, or a process that has taken it over.
 */
export async function saveJob(table: TableAccess, job: ReplayJob): Promise<ReplayJob | undefined> {
  const next = { ...job, version: job.version + 1 };
  const key = [replaysTable.partitionKey.name, replaysTable.sortKey.name];
  return (await putUnchanged({ ...table, key }, jobItem(next), job.version || undefined))
    ? next
    : undefined;
}

/**
 * Takes a job over, so that this process runs it.
 *
 * @throws {RainhooksError} `input-invalid` for a job that is done; `write-conflict` if another
 * process runs it.
 */
export async function takeJob(
  table: TableAccess,
  job: ReplayJob,
  { runner, nowMs }: { readonly runner: string; readonly nowMs: number },
): Promise<ReplayJob> {
  if (job.state === "done")
    throw new RainhooksError(
      "input-invalid",
      `Replay ${job.id} is done: there is nothing to resume.`,
    );
  const wasInterrupted = job.state === "running" && job.runner !== undefined;
  const own = { runner, leaseUntilMs: nowMs + LEASE_MS, updatedAtMs: nowMs };
  const resumed = job.resumed + (wasInterrupted ? 1 : 0);
  const running = { ...job, ...own, resumed, state: "running", reason: undefined } as const;
  const saved = isRunning(job, nowMs) ? undefined : await saveJob(table, running);
  if (saved !== undefined) return saved;
  throw new RainhooksError("write-conflict", `Replay ${job.id} is running in another process.`);
}

/**
 * Cancels a job: the process that runs it stops at its next checkpoint.
 *
 * @throws {RainhooksError} `input-invalid` for a job that has ended.
 */
export async function cancelJob(table: TableAccess, id: string, nowMs: number): Promise<ReplayJob> {
  for (;;) {
    const job = await readJob(table, id);
    if (job.state === "done" || job.state === "cancelled")
      throw new RainhooksError("input-invalid", `Replay ${id} is ${job.state} already.`);
    const cancelled = await saveJob(table, { ...job, state: "cancelled", updatedAtMs: nowMs });
    // Its counts may be written at the same moment.
    if (cancelled !== undefined) return cancelled;
  }
}
