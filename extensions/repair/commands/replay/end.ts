import { print } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { ofPlanned } from "@rainhooks/stage/terminal/operations/numbers";
import { cancelReplay, type ReplayChange, readReplay, resumeReplay } from "../../replay/run-job.ts";
import { runShown } from "./run.ts";

/** Cancels a replay. */
export async function cancelCommand(id: string, options: StageSelection): Promise<void> {
  const job = await cancelReplay(await reachStage(options), id);
  await print(`Replay ${id} is cancelled: ${ofPlanned(job.counts.sent, job)} sent\n`);
}

/** Goes on with a replay that was interrupted, cancelled or has failed. */
export async function resumeCommand(id: string, options: StageSelection & ReplayChange): Promise<void> {
  const reached = await reachStage(options);
  const { problems } = await readReplay(reached, id);
  const change = { rate: options.rate, maxDeadLetters: options.maxDeadLetters };
  await runShown(options, (running) => resumeReplay(reached, id, change, running), problems.length);
}
