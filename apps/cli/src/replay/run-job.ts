import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { RainhooksError } from "@rainhooks/core";
import { maxRepeats, type ReplayJob, readJob, runReplay, takeJob } from "@rainhooks/operate";
import type { ReachedStage } from "@rainhooks/stage";
import { asTyped } from "@rainhooks/terminal";
import { EXIT } from "../exit.ts";
import { print, printNote } from "../output.ts";
import { onStage } from "../reach/on-stage.ts";
import type { StageOptions } from "../reach/stage.ts";
import { number } from "./plan.ts";
import { ReplayProgress } from "./progress.ts";
import { reachedArchive, replayTable, targetOf } from "./target.ts";

/** Runs a job to its end, or until Ctrl-C, and prints how it ended. */
export async function runJob(reached: ReachedStage, job: ReplayJob, options: StageOptions): Promise<void> {
  const { id, request } = job;
  const table = replayTable(reached);
  const { queueUrl, deadLetterQueueUrl, subscribed } = targetOf(reached, request.webhook);
  const ending = new AbortController();
  const stop = () => ending.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const taken = await takeJob(table, job, { runner: randomUUID(), nowMs: Date.now() });
  const progress = new ReplayProgress();
  const ended = await runReplay(taken, {
    table,
    archive: reachedArchive(reached),
    queue: { sqs: reached.clients.sqs, queueUrl },
    deadLetterQueueUrl,
    subscribed,
    clock: { nowMs: Date.now, sleep: (ms) => pause(ms) },
    signal: ending.signal,
    onProgress: (current, waiting) => progress.show(current, waiting),
  });
  progress.end();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
  for (const problem of ended.problems.slice(job.problems.length)) printNote(problem);
  const resume = `rainhooks replay resume ${id}${onStage(options)}`;
  await print(`${asTyped(endText(ended, resume))}\n`);
  const { failed, unreadable } = ended.counts;
  if (ended.state !== "done" || failed + unreadable > 0) process.exitCode = EXIT.failed;
  if (ended.state === "failed") printNote(`It can go on: ${resume}`);
}

/** Describes in one line how a job ended. */
function endText(job: ReplayJob, resume: string): string {
  const { id, state, counts, reason, planned } = job;
  const { matched, sent, deadLetters, failed, unreadable } = counts;
  const repeats = maxRepeats(job);
  const problems = [
    ...(unreadable === 0 ? [] : [`${number(unreadable)} unreadable lines`]),
    ...(failed === 0 ? [] : [`${number(failed)} that the queue did not take`]),
  ];
  const withProblems = problems.length === 0 ? "" : ` with ${problems.join(" and ")}`;
  const twice = repeats === 0 ? "" : `, up to ${number(repeats)} of them twice`;
  const letters = deadLetters === 0 ? "" : `, ${number(deadLetters)} are dead letters already`;
  switch (state) {
    case "done":
      return `Replay ${id} is done${withProblems}: ${number(matched)} matched, ${number(sent)} sent${twice}${letters}`;
    case "failed":
      return `Replay ${id} has failed after ${number(sent)} of ${number(planned)}: ${reason}`;
    case "cancelled":
      return `Replay ${id} was cancelled after ${number(sent)} of ${number(planned)}`;
    case "running":
      return `Replay ${id} was interrupted after ${number(sent)} of ${number(planned)}. It goes on with: ${resume}`;
  }
}

/**
 * Waits until no other process can be running a job: one that was killed still seems to run for some seconds.
 *
 * @throws {RainhooksError} `write-conflict` if one does.
 */
export async function waitUntilFree(reached: ReachedStage, job: ReplayJob): Promise<ReplayJob> {
  const table = replayTable(reached);
  const { leaseUntilMs = 0 } = job;
  const waitMs = job.state === "running" ? leaseUntilMs - Date.now() : 0;
  if (waitMs <= 0) return job;
  printNote(`Waiting ${Math.ceil(waitMs / 1000)} s: another process may still run it.`);
  await pause(waitMs);
  const now = await readJob(table, job.id);
  if (now.version === job.version) return now;
  throw new RainhooksError("write-conflict", `Replay ${job.id} is running in another process.`);
}
