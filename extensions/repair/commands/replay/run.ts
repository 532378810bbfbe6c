import { EXIT } from "@rainhooks/stage/commands/exit";
import { onStage } from "@rainhooks/stage/commands/on-stage";
import { print, printNote } from "@rainhooks/stage/commands/output";
import { interruptible, ShownProgress } from "@rainhooks/stage/commands/progress";
import type { StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { OperationOptions } from "@rainhooks/stage/operate/progress";
import { hasSentAll, type ReplayJob } from "@rainhooks/stage/operate/replay-job";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";
import { replayEndText } from "../../views/replay-text.ts";

/**
 * Runs a replay to its end, or until Ctrl-C, and prints how it ended.
 *
 * @param known Its problems that were shown before.
 */
export async function runShown(
  options: StageSelection,
  run: (options: OperationOptions) => Promise<ReplayJob>,
  known = 0,
): Promise<void> {
  const progress = new ShownProgress();
  let notes: Promise<void> = Promise.resolve();
  const ended = await interruptible((signal) =>
    run({
      signal,
      onProgress: (one) => {
        if (one.step === "started") notes = print(startedText(one.job.id, options));
        progress.onProgress(one);
      },
    }),
  ).finally(() => progress.end());
  await notes;
  for (const problem of ended.problems.slice(known)) printNote(problem);
  const resume = `rainhooks replay resume ${ended.id}${onStage(options)}`;
  await print(`${asTyped(replayEndText(ended, resume))}\n`);
  if (!hasSentAll(ended)) process.exitCode = EXIT.failed;
  if (ended.state === "failed") printNote(`It can go on: ${resume}`);
}

function startedText(id: string, options: StageSelection): string {
  const cancel = asTyped(`rainhooks replay cancel ${id}${onStage(options)}`);
  return `Replay ${id} has started. To stop it: Ctrl-C, or ${cancel}\n`;
}
