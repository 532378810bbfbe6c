import { type Redriven, readDeadLetters, redrive } from "@rainhooks/operate";
import { queuedOf, redriveQueueOf } from "@rainhooks/stage";
import { asTyped } from "@rainhooks/terminal";
import { print } from "../output.ts";
import { onStage } from "../reach/on-stage.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { lettersText } from "./letters-text.ts";
import { type LetterOptions, LetterSelector } from "./which.ts";

/** Options of `dlq redrive`. */
export interface RedriveOptions extends StageOptions, LetterOptions {
  readonly limit: number;
  readonly dryRun?: boolean | undefined;
}

/** Moves dead letters back to the webhook's queue. */
export async function redriveCommand(webhook: string, options: RedriveOptions): Promise<void> {
  const reached = await reachStage(options);
  const { deadLetterQueueUrl } = queuedOf(reached, webhook);
  const queueUrl = redriveQueueOf(reached, webhook);
  const reader = { sqs: reached.clients.sqs, queueUrl: deadLetterQueueUrl };
  const selector = new LetterSelector(options);
  if (options.dryRun) {
    const letters = await readDeadLetters(reader, options.limit);
    await print(
      `${letters.filter(selector.wanted).length} of ${lettersText(letters.length)} would be moved back to the queue of ${webhook}\n`,
    );
    return;
  }
  const done = await redrive(reader, {
    toQueueUrl: queueUrl,
    wanted: selector.wanted,
    limit: options.limit,
    nowMs: Date.now,
  });
  const show = asTyped(`"rainhooks dlq show ${webhook}${onStage(options)}"`);
  await print(`${resultText(webhook, done, selector, show)}\n`);
}

function resultText(
  webhook: string,
  { moved, kept, failedAgain }: Redriven,
  selector: LetterSelector,
  show: string,
): string {
  const unmoved = kept === 0 ? "" : `, ${kept} not moved${selector.otherCodesText()}`;
  const again =
    failedAgain === 0
      ? ""
      : `\n${failedAgain} of them failed again and are back in the dead-letter queue: see ${show}`;
  return `${lettersText(moved)} moved back to the queue of ${webhook}${unmoved}${again}`;
}
