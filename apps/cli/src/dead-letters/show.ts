import { formatCsv, formatTable, formatTime } from "@rainhooks/terminal";
import { type DeadLetterSeen, readDeadLetters } from "@rainhooks/webhook/dead-letters";
import { type FormatOptions, printData } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { webhookOf } from "../reach/webhook.ts";

/** What stands for a reason where a letter has none. */
const NO_REASON = "received too often, or not delivered by SNS";

/** Shows what a dead-letter queue holds, and leaves it there. */
export async function showCommand(
  webhook: string,
  options: StageOptions & FormatOptions & { readonly limit: number },
): Promise<void> {
  const reached = await reachStage(options);
  const { deadLetterQueueUrl } = webhookOf(reached, webhook);
  const letters = await readDeadLetters(
    { sqs: reached.clients.sqs, queueUrl: deadLetterQueueUrl },
    options.limit,
  );
  await printData(text(letters, options));
}

function text(letters: readonly DeadLetterSeen[], { json, csv }: FormatOptions): string {
  if (json) return `${JSON.stringify({ letters }, undefined, 2)}\n`;
  if (csv) {
    const header = ["messageId", "deliveryId", "topic", "sentAtMs", "errorCode", "reason", "body"];
    const rows = letters.map((one) => [
      one.messageId,
      one.deliveryId,
      one.topic,
      one.sentAtMs,
      one.errorCode,
      one.reason,
      one.body,
    ]);
    return formatCsv(header, rows);
  }
  if (letters.length === 0) return "No dead letters.\n";
  const rows = letters.map(({ deliveryId, topic, sentAtMs, errorCode, reason }) => [
    deliveryId,
    topic ?? "-",
    sentAtMs === undefined ? "-" : formatTime(sentAtMs),
    errorCode ?? "-",
    reason ?? NO_REASON,
  ]);
  return `${formatTable(["delivery", "topic", "since (UTC)", "error", "reason"], rows)}\n`;
}
