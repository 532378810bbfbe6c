import { type DeadLetterSeen, readDeadLetters } from "@rainhooks/operate";
import { queuedOf } from "@rainhooks/stage";
import { formatTable, formatTime } from "@rainhooks/terminal";
import { type FormatOptions, formatted, printData } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";

/** Printed for a letter that has no reason. */
const NO_REASON = "retried too often, or not delivered by SNS";

/** Prints the messages of a dead-letter queue; they stay in it. */
export async function showCommand(
  webhook: string,
  options: StageOptions & FormatOptions & { readonly limit: number },
): Promise<void> {
  const reached = await reachStage(options);
  const { deadLetterQueueUrl } = queuedOf(reached, webhook);
  const letters = await readDeadLetters(
    { sqs: reached.clients.sqs, queueUrl: deadLetterQueueUrl },
    options.limit,
  );
  await printData(text(letters, options));
}

const HEADER = ["messageId", "deliveryId", "topic", "sentAtMs", "errorCode", "reason", "body"] as const;

function text(letters: readonly DeadLetterSeen[], options: FormatOptions): string {
  const rows = letters.map((letter) => HEADER.map((name) => letter[name]));
  return formatted(options, { value: { letters }, header: HEADER, rows, text: () => table(letters) });
}

function table(letters: readonly DeadLetterSeen[]): string {
  if (letters.length === 0) return "No dead letters.";
  const rows = letters.map(({ deliveryId, topic, sentAtMs, errorCode, reason }) => [
    deliveryId,
    topic ?? "-",
    sentAtMs === undefined ? "-" : formatTime(sentAtMs),
    errorCode ?? "-",
    reason ?? NO_REASON,
  ]);
  return formatTable(["delivery", "topic", "since (UTC)", "error", "reason"], rows);
}
