import { marshall } from "@aws-sdk/util-dynamodb";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { batchWrite } from "@rainhooks/dynamodb/batch-write";
import { tableCall } from "@rainhooks/dynamodb/errors";
import { putIf } from "@rainhooks/dynamodb/put-if";
import { queryAll, scanAll, type TableAccess } from "@rainhooks/dynamodb/read-all";
import { isRunning, type ReplayJob } from "@rainhooks/stage/operate/replay-job";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { JOB_PART, jobItem, listItems, readJobItems } from "./job-item.ts";

/** The table of replay jobs, and the client to read and write it with. */
export type ReplayTable = TableAccess;

/** How long a process may run a job without a sign of life. */
export const LEASE_MS = 15 * SECOND_MS;

/** Writes a new job. */
export async function createJob(table: ReplayTable, job: ReplayJob): Promise<void> {
  // The lists first: a job must never be seen without them.
  const puts = listItems(job).map((Item) => ({ PutRequest: { Item } }));
  const left = await tableCall(table.tableName, () => batchWrite(puts, table));
  if (left.length > 0)
    throw new RainhooksError("throttled", `Table ${table.tableName} is busy. Start the replay again.`);
  await put(table, job, "attribute_not_exists(job)", {});
}

/**
 * Reads a job.
 *
 * @throws {RainhooksError} `not-found` if there is none.
 */
export async function readJob(table: ReplayTable, id: string): Promise<ReplayJob> {
  const items = await tableCall(table.tableName, () =>
    queryAll(table, {
      KeyConditionExpression: "job = :job",
      ExpressionAttributeValues: { ":job": { S: id } },
      ConsistentRead: true,
    }),
  );
  if (items.some(({ part }) => part?.S === JOB_PART)) return readJobItems(items);
  throw new RainhooksError("not-found", `There is no replay ${id}. "rainhooks replay ls" lists them.`);
}

/** Reads all jobs, the newest first, without their lists. */
export async function listJobs(table: ReplayTable): Promise<ReplayJob[]> {
  const items = await tableCall(table.tableName, () =>
    scanAll(table, {
      FilterExpression: "part = :job",
      ExpressionAttributeValues: { ":job": { S: JOB_PART } },
      ConsistentRead: true,
    }),
  );
  const jobs = items.map((item) => readJobItems([item]));
  return jobs.sort((a, b) => b.createdAtMs - a.createdAtMs);
}

/**
 * Writes where a job is, and extends its lease. Returns false if it was cancelled or another process runs it.
 */
export function saveJob(table: ReplayTable, job: ReplayJob, runner = job.runner): Promise<boolean> {
  const values = { ":running": "running", ":runner": runner ?? "" };
  return put(table, job, "#state = :running AND runner = :runner", values);
}

/**
 * Takes a job over, so that this process runs it.
 *
 * @throws {RainhooksError} `input-invalid` for a job that is done; `write-conflict` if another process runs
 * it.
 */
export async function takeJob(
  table: ReplayTable,
  job: ReplayJob,
  { runner, nowMs }: { readonly runner: string; readonly nowMs: number },
): Promise<ReplayJob> {
  if (job.state === "done") {
    throw new RainhooksError("input-invalid", `Replay ${job.id} is done: there is nothing to resume.`);
  }
  const wasInterrupted = job.state === "running" && job.runner !== undefined;
  const taken: ReplayJob = {
    ...job,
    state: "running",
    reason: undefined,
    runner,
    leaseUntilMs: nowMs + LEASE_MS,
    updatedAtMs: nowMs,
    version: job.version + 1,
    resumed: job.resumed + (wasInterrupted ? 1 : 0),
  };
  if (!isRunning(job, nowMs) && (await put(table, taken, UNCHANGED, { ":read": job.version }))) return taken;
  throw new RainhooksError("write-conflict", `Replay ${job.id} is running in another process.`);
}

/**
 * Cancels a job: the process that runs it stops at its next checkpoint.
 *
 * @throws {RainhooksError} `input-invalid` for a job that has ended.
 */
export async function cancelJob(table: ReplayTable, id: string, nowMs: number): Promise<ReplayJob> {
  for (;;) {
    const job = await readJob(table, id);
    if (job.state === "done" || job.state === "cancelled")
      throw new RainhooksError("input-invalid", `Replay ${id} is ${job.state} already.`);
    const version = job.version + 1;
    const cancelled: ReplayJob = { ...job, state: "cancelled", updatedAtMs: nowMs, version };
    // Its counts may be written at the same moment.
    if (await put(table, cancelled, UNCHANGED, { ":read": job.version })) return cancelled;
  }
}

/** Condition that nobody has written a job since it was read. */
const UNCHANGED = "version = :read";

function put(
  table: ReplayTable,
  job: ReplayJob,
  condition: string,
  values: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  return putIf(jobItem(job), {
    ...{ ...table, condition, key: [replaysTable.partitionKey.name, replaysTable.sortKey.name] },
    ...(condition.includes("#state") && { names: { "#state": "state" } }),
    ...(Object.keys(values).length > 0 && { values: marshall(values) }),
  });
}
