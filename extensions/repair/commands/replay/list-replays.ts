import { type FormatOptions, formatResult, printData } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { hasSentAll, type ReplayJob, replayState } from "@rainhooks/stage/operate/replay-job";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { listReplays } from "../../replay/run-job.ts";

const HEADER = ["id", "webhook", "state", "planned", "matched", "sent", "startedAtMs", "startedBy"] as const;

/** Lists the replays of a stage, newest first. */
export async function lsCommand(options: StageSelection & FormatOptions): Promise<void> {
  const reached = await reachStage(options);
  const jobs = await listReplays(reached);
  const nowMs = Date.now();
  const rows = jobs.map((job) => [
    job.id,
    job.request.webhook,
    stateOf(job, nowMs),
    job.planned === 0 ? "" : job.planned,
    job.counts.matched,
    job.counts.sent,
    job.createdAtMs,
    job.startedBy,
  ]);
  const text = () =>
    rows.length === 0
      ? "No replays."
      : formatTable(
          ["replay", "webhook", "state", "planned", "matched", "sent", "started (UTC)", "by"],
          rows.map((row) => row.map((cell, index) => (index === STARTED ? formatTime(Number(cell)) : cell))),
        );
  await printData(formatResult(options, { value: { replays: jobs }, header: HEADER, rows, text }));
}

const STARTED = HEADER.indexOf("startedAtMs");

/** Returns the state of a job for people, also that it has met problems. */
export function stateOf(job: ReplayJob, nowMs: number): string {
  const state = replayState(job, nowMs);
  return state === "done" && !hasSentAll(job) ? "done with problems" : state;
}
