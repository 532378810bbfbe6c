import { counted } from "@rainhooks/core/counted";
import { onStage } from "@rainhooks/stage/commands/on-stage";
import { type FormatOptions, formatted, print, printData, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import type { ReachedStage } from "@rainhooks/stage/reached";
import type { DeadLetterSeen } from "@rainhooks/stage/read-dead-letters";
import { chosenLetters } from "../../dead-letters/choose.ts";
import type { LetterResult } from "../../dead-letters/outcomes.ts";
import { deadLettersOf } from "../../dead-letters/queues.ts";
import { redriveDeadLetters } from "../../dead-letters/redrive.ts";
import { redrivenText } from "../../views/redrive-text.ts";
import { choiceOf, type LetterOptions, otherCodesText } from "./choice.ts";
import { RESULT_HEADER, resultOf, shownOutcomes } from "./outcomes.ts";

/** Options of `dlq redrive`. */
export interface RedriveCommandOptions extends StageSelection, FormatOptions, LetterOptions {
  readonly limit: number;
  readonly wait: number;
  readonly dryRun?: boolean | undefined;
}

/** Moves dead letters back to the webhook's queue, and prints what came of each. */
export async function redriveCommand(webhook: string, options: RedriveCommandOptions): Promise<void> {
  const reached = await reachStage(options);
  if (options.dryRun) return printPlan(reached, webhook, options);
  const { limit, json, csv, wait } = options;
  const { moved, kept, back } = await redriveDeadLetters(reached, {
    webhook,
    choice: choiceOf(options),
    limit,
  });
  const isText = json !== true && csv !== true;
  // Before the wait: what was moved stays moved if somebody ends it.
  if (isText) await print(`${movedText(webhook, moved.length, kept)}\n`);
  const results = await shownOutcomes(reached, { webhook, sent: moved, kept }, wait);
  await printData(resultsText(results, kept, options));
  if (!isText) return;
  const isPending = results.some(({ outcome }) => outcome === "pending");
  if (back.length > 0 || results.some(({ outcome }) => outcome !== "handled"))
    printNote(
      `${isPending ? "What is not known yet waits in the queue, or other messages there hide that it was handled. " : ""}See "rainhooks dlq show ${webhook}${onStage(options)}".`,
    );
}

function resultsText(
  results: readonly LetterResult[],
  kept: readonly DeadLetterSeen[],
  options: FormatOptions,
): string {
  const letters = results.map(resultOf);
  return formatted(options, {
    value: { moved: letters.length, kept: kept.length, letters },
    header: RESULT_HEADER,
    rows: letters.map((letter) => RESULT_HEADER.map((name) => letter[name])),
    text: () => redrivenText(results),
  });
}

/** Prints what a redrive would move. */
async function printPlan(
  reached: ReachedStage,
  webhook: string,
  options: RedriveCommandOptions,
): Promise<void> {
  const letters = await deadLettersOf(reached, webhook, options.limit);
  const chosen = letters.filter(chosenLetters(choiceOf(options)));
  const text = () =>
    `${chosen.length} of ${counted(letters.length, "dead letter")} would be moved back to the queue of ${webhook}`;
  const value = { moved: chosen.length, kept: letters.length - chosen.length };
  const header = Object.keys(value);
  await print(formatted(options, { value, header, rows: [Object.values(value)], text }));
}

function movedText(webhook: string, moved: number, kept: readonly DeadLetterSeen[]): string {
  const unmoved = kept.length === 0 ? "" : `, ${kept.length} not moved${otherCodesText(kept)}`;
  return `${counted(moved, "dead letter")} moved back to the queue of ${webhook}${unmoved}`;
}
