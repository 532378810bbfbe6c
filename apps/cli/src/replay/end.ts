import { cancelJob, readJob } from "@rainhooks/operate";
import { print } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { number } from "./plan.ts";
import { runJob, waitUntilFree } from "./run-job.ts";
import { replayTable } from "./target.ts";

/** Cancels a replay. */
export async function cancelCommand(id: string, options: StageOptions): Promise<void> {
  const reached = await reachStage(options);
  const { counts, planned } = await cancelJob(replayTable(reached), id, Date.now());
  await print(`Replay ${id} is cancelled: ${number(counts.sent)} of ${number(planned)} sent\n`);
}

/** Options of `replay resume`. */
export interface ResumeOptions extends StageOptions {
  readonly rate?: number | undefined;
  readonly maxDeadLetters?: number | undefined;
}

/** Goes on with a replay that was interrupted, cancelled or has failed. */
export async function resumeCommand(id: string, options: ResumeOptions): Promise<void> {
  const reached = await reachStage(options);
  const job = await waitUntilFree(reached, await readJob(replayTable(reached), id));
  const { rate = job.request.rate, maxDeadLetters = job.request.maxDeadLetters } = options;
  await runJob(reached, { ...job, request: { ...job.request, rate, maxDeadLetters } }, options);
}
