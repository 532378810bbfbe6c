import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { defined } from "@rainhooks/core/collections";
import { RainhooksError } from "@rainhooks/core/errors";
import { newTimeId } from "@rainhooks/core/time-id";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { callerOf } from "../../operations/caller.ts";
import type { StageAccess } from "../../stage-access.ts";
import type { OperationOptions } from "../progress.ts";
import { stageArchive } from "../stage/archive.ts";
import {
  cancelJob,
  createJob,
  listJobs,
  type NewJob,
  newJob,
  readJob,
  takeJob,
} from "./job-store.ts";
import type { PlannedReplay } from "./plan-replay.ts";
import type { WaitingClock } from "./queue-watch.ts";
import type { ReplayJob, ReplayRequest } from "./replay-job.ts";
import { runReplay } from "./run.ts";
import { replayTable, targetOf } from "./target.ts";

/**
 * Runs a planned replay to its end, or until `signal` ends it: then it can go on with {@link
 * resumeReplay}.
 *
 * @returns The job as it ended.
 */
export async function startReplay(
  access: StageAccess,
  { request, hours, plan }: PlannedReplay,
  options: OperationOptions = {},
): Promise<ReplayJob> {
  const job = await createReplay(access, newTimeId(Date.now()), {
    request,
    hours,
    planned: plan.matched,
  });
  options.onProgress?.({ step: "started", job });
  return runJob(access, job, options);
}

/** Writes a replay that {@link resumeReplay} runs. */
export async function createReplay(
  access: StageAccess,
  id: string,
  given: Pick<NewJob, "request" | "hours" | "planned">,
): Promise<ReplayJob> {
  const job = newJob(id, { ...given, startedBy: await callerOf(access), nowMs: Date.now() });
  await createJob(replayTable(access), job);
  return job;
}

/** What of a replay can be changed when it goes on. */
export type ReplayChange = {
  readonly [Name in "rate" | "maxDeadLetters"]?: ReplayRequest[Name] | undefined;
};

/**
 * Goes on with a replay that was interrupted or cancelled, or has failed.
 *
 * @throws {RainhooksError} `not-found` for an unknown one, `input-invalid` for one that is done,
 * `write-conflict` if another process runs it.
 */
export async function resumeReplay(
  access: StageAccess,
  id: string,
  { rate, maxDeadLetters }: ReplayChange,
  options: OperationOptions = {},
): Promise<ReplayJob> {
  const { signal } = options;
  const sleep = (ms: number) => pause(ms, undefined, { signal }).catch(() => undefined);
  const clock = { nowMs: Date.now, sleep };
  const job = await untilFree(replayTable(access), await readReplay(access, id), {
    ...options,
    clock,
  });
  if (signal?.aborted) return job;
  const request = { ...job.request, ...defined({ rate, maxDeadLetters }) };
  return runJob(access, { ...job, request }, options);
}

/** Stops a replay within a second, whichever process runs it; what was sent stays sent. */
export function cancelReplay(access: StageAccess, id: string): Promise<ReplayJob> {
  return cancelJob(replayTable(access), id, Date.now());
}

/** Reads a replay. */
export function readReplay(access: StageAccess, id: string): Promise<ReplayJob> {
  return readJob(replayTable(access), id);
}

/** Lists the replays of a stage, newest first. */
export function listReplays(access: StageAccess): Promise<ReplayJob[]> {
  return listJobs(replayTable(access));
}

async function runJob(
  access: StageAccess,
  job: ReplayJob,
  { signal, onProgress }: OperationOptions,
): Promise<ReplayJob> {
  const table = replayTable(access);
  const { queueUrl, deadLetterQueueUrl, subscribed, further } = targetOf(
    access,
    job.request.webhook,
  );
  const taken = await takeJob(table, job, { runner: randomUUID(), nowMs: Date.now() });
  return runReplay(taken, {
    table,
    archive: stageArchive(access),
    queue: { sqs: access.clients.sqs, queueUrl },
    deadLetterQueueUrl,
    subscribed,
    clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
    signal,
    ...(further && { further }),
    onProgress: (current, wait) => onProgress?.({ step: "send", job: current, wait }),
  });
}

/**
 * Waits until no other process can be running a job: one that was killed still seems to run for
 * some seconds.
 */
export async function untilFree(
  table: TableAccess,
  job: ReplayJob,
  { clock, signal, onProgress }: OperationOptions & { readonly clock: WaitingClock },
): Promise<ReplayJob> {
  const leftMs = job.state === "running" ? (job.leaseUntilMs ?? 0) - clock.nowMs() : 0;
  if (leftMs <= 0) return job;
  onProgress?.({ step: "wait", wait: { for: "other-process", leftMs } });
  await clock.sleep(leftMs);
  if (signal?.aborted) return job;
  const now = await readJob(table, job.id);
  if (now.version === job.version) return now;
  throw new RainhooksError("write-conflict", `Replay ${job.id} is running in another process.`);
}
