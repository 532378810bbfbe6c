import { RainhooksError } from "@rainhooks/core";
import { type Redriven, readDeadLetters, redrive } from "@rainhooks/operate";
import { print } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { webhookOf } from "../reach/webhook.ts";
import { Choice, type Which } from "./which.ts";

/** Which messages go back. */
export interface RedriveOptions extends StageOptions, Which {
  readonly limit: number;
  readonly dryRun?: boolean | undefined;
}

/** Moves dead letters back to the queue that they came from. */
export async function redriveCommand(webhook: string, options: RedriveOptions): Promise<void> {
  const reached = await reachStage(options);
  const { deadLetterQueueUrl, queueUrl } = webhookOf(reached, webhook);
  if (queueUrl === undefined) {
    throw new RainhooksError(
      "input-invalid",
      `${webhook} has no queue that its dead letters could go back to: SNS invokes it directly.`,
    );
  }
  const reader = { sqs: reached.clients.sqs, queueUrl: deadLetterQueueUrl };
  const choice = new Choice(options);
  if (options.dryRun) {
    const letters = await readDeadLetters(reader, options.limit);
    await print(
      `${letters.filter(choice.wanted).length} of ${letters.length} dead letters would go back to the queue of ${webhook}\n`,
    );
    return;
  }
  const done = await redrive(reader, {
    toQueueUrl: queueUrl,
    wanted: choice.wanted,
    most: options.limit,
    nowMs: Date.now,
  });
  await print(`${resultText(webhook, done, choice)}\n`);
}

function resultText(webhook: string, { moved, left, failedAgain }: Redriven, choice: Choice): string {
  const stayed = left === 0 ? "" : `, ${left} stayed${choice.othersText()}`;
  const again =
    failedAgain === 0
      ? ""
      : `\n${failedAgain} of them failed again meanwhile, and are here again: see dlq show ${webhook}`;
  return `${moved} dead letters went back to the queue of ${webhook}${stayed}${again}`;
}
