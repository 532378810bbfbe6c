import { RainhooksError } from "@rainhooks/core";
import { type DeadLetterSeen, readDeadLetters } from "@rainhooks/webhook/dead-letters";
import { redrive } from "@rainhooks/webhook/redrive";
import { print } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { webhookOf } from "../reach/webhook.ts";

/** Which messages go back. */
export interface RedriveOptions extends StageOptions {
  /** Only those with this error code. */
  readonly only?: string | undefined;
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
  const others = new Map<string, number>();
  const wanted = ({ errorCode = "without a code" }: DeadLetterSeen) => {
    if (options.only === undefined || errorCode === options.only) return true;
    others.set(errorCode, (others.get(errorCode) ?? 0) + 1);
    return false;
  };
  if (options.dryRun) {
    const letters = await readDeadLetters(reader, options.limit);
    await print(
      `${letters.filter(wanted).length} of ${letters.length} dead letters would go back to the queue of ${webhook}\n`,
    );
    return;
  }
  const { moved, left } = await redrive(reader, {
    toQueueUrl: queueUrl,
    wanted,
    most: options.limit,
    nowMs: Date.now,
  });
  const stayed = left === 0 ? "" : `, ${left} stayed${codesText(others)}`;
  await print(`${moved} dead letters went back to the queue of ${webhook}${stayed}\n`);
}

/** Codes that were not asked for: one that was mistyped shows by them. */
function codesText(codes: ReadonlyMap<string, number>): string {
  return codes.size === 0 ? "" : `: ${[...codes].map(([code, count]) => `${count} ${code}`).join(", ")}`;
}
