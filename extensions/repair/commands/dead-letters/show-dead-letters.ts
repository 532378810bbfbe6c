import { type FormatOptions, formatted, printData } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { type DeadLetterSeen, NO_REASON } from "@rainhooks/stage/read-dead-letters";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { chosenLetters, type LetterChoice } from "../../dead-letters/choose.ts";
import { deadLettersOf } from "../../dead-letters/queues.ts";

interface ShowOptions {
  /** Only letters with this error code. */
  readonly only?: string | undefined;
  readonly limit: number;
}

/** Prints the messages of a dead-letter queue; they stay in it. */
export async function showCommand(
  webhook: string,
  options: StageSelection & FormatOptions & Omit<LetterChoice, "code"> & ShowOptions,
): Promise<void> {
  const isChosen = chosenLetters({ ...options, code: options.only });
  const letters = await deadLettersOf(await reachStage(options), webhook, options.limit);
  await printData(text(letters.filter(isChosen), options));
}

const HEADER = [
  ...(["messageId", "deliveryId", "topic", "sentAtMs", "errorCode", "reason", "body"] as const),
  ...(["publishedAtMs", "repairs"] as const),
] as const;

function text(letters: readonly DeadLetterSeen[], options: FormatOptions): string {
  const rows = letters.map((letter) => HEADER.map((name) => letter[name]));
  return formatted(options, { value: { letters }, header: HEADER, rows, text: () => table(letters) });
}

function table(letters: readonly DeadLetterSeen[]): string {
  if (letters.length === 0) return "No dead letters.";
  const rows = letters.map(({ deliveryId, topic, publishedAtMs, sentAtMs, errorCode, reason, repairs }) => [
    repairs === undefined ? deliveryId : `${deliveryId} (repairs ${repairs})`,
    topic ?? "-",
    timeText(publishedAtMs),
    timeText(sentAtMs),
    errorCode ?? "-",
    reason ?? NO_REASON,
  ]);
  return formatTable(["delivery", "topic", "published (UTC)", "since (UTC)", "error", "reason"], rows);
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? "-" : formatTime(ms);
}
