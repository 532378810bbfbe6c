import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ErrorCode, RainhooksError } from "@rainhooks/core/errors";
import { variableOf } from "@rainhooks/stage/commands/caller";
import { EXIT } from "@rainhooks/stage/commands/exit";
import { type FormatOptions, formatted, printData, printNote } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { readInput } from "@rainhooks/stage/commands/read-input";
import { type Functions, webhookNamed } from "@rainhooks/stage/functions";
import type { ReachedStage } from "@rainhooks/stage/reached";
import type { DeadLetterSeen } from "@rainhooks/stage/read-dead-letters";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import type { LetterResult } from "../../dead-letters/outcomes.ts";
import { findDeadLetter, type Repaired, repairDeadLetter } from "../../dead-letters/repair.ts";
import { OUTCOME_TEXTS, resultOf } from "../../views/redrive-text.ts";
import { shownOutcomes } from "./outcomes.ts";

/** Options of `dlq repair`. */
export interface RepairOptions extends StageSelection, FormatOptions {
  readonly id: string;
  readonly file?: string | undefined;
  readonly print?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly wait: number;
}

/** Errors of a message that cannot be decoded. */
const UNDECODABLE: ReadonlySet<ErrorCode> = new Set(["body-not-json", "envelope-invalid", "data-invalid"]);

/** Sends the message of a dead letter again with another body, and prints what came of it. */
export async function repairCommand(
  webhook: string,
  options: RepairOptions,
  functions: Functions,
): Promise<void> {
  const reached = await reachStage(options);
  const letter = await findDeadLetter(reached, webhook, options.id);
  if (options.print) return printData(`${letter.body}\n`);
  const edited = await textOf(letter, options.file);
  try {
    const repaired = await send(reached, webhook, letter, edited.text, options, functions);
    await edited.remove?.();
    const [result] = await shownOutcomes(reached, { webhook, sent: [repaired.sent], kept: [] }, options.wait);
    await printRepaired(webhook, repaired, result, options);
  } catch (error) {
    if (edited.text === letter.body) await edited.remove?.();
    else if (edited.file !== undefined) printNote(`Your text is in ${edited.file}: give it with --file.`);
    throw error;
  }
}

async function textOf(
  letter: DeadLetterSeen,
  file: string | undefined,
): Promise<Partial<Edited> & { text: string }> {
  const edited =
    file === undefined
      ? await editText(letter.body)
      : { text: await readInput(file, "Give the file with the repaired message.") };
  // Editors end the last line.
  const text = letter.body.endsWith("\n") ? edited.text : edited.text.replace(/\r?\n$/, "");
  return { ...edited, text };
}

async function send(
  reached: ReachedStage,
  webhook: string,
  { deliveryId }: DeadLetterSeen,
  body: string,
  { force }: RepairOptions,
  functions: Functions,
): Promise<Repaired> {
  const events = webhookNamed(functions, webhook)?.events;
  try {
    return await repairDeadLetter(reached, { webhook, deliveryId, body, events, isForced: force });
  } catch (error) {
    if (!(error instanceof RainhooksError && UNDECODABLE.has(error.code))) throw error;
    throw new RainhooksError("input-invalid", `${error.message} To send it anyway, use --force.`, {
      cause: error,
    });
  }
}

async function printRepaired(
  webhook: string,
  { delivery, isArchived, sent: { letter } }: Repaired,
  result: LetterResult | undefined,
  options: FormatOptions,
): Promise<void> {
  if (result === undefined) return;
  const { outcome, errorCode, reason } = resultOf(result);
  const value = {
    deliveryId: delivery.id,
    repairs: letter.deliveryId,
    isArchived,
    outcome,
    errorCode,
    reason,
  };
  const failed = reason === undefined ? "" : `: ${reason}`;
  const text = () =>
    `Delivery ${letter.deliveryId} is repaired: ${webhook} gets ${delivery.id} instead\n${OUTCOME_TEXTS[outcome]}${failed}`;
  const header = ["deliveryId", "repairs", "isArchived", "outcome", "errorCode", "reason"];
  const rows = [[delivery.id, letter.deliveryId, isArchived, outcome, errorCode, reason]];
  await printData(formatted(options, { value, header, rows, text }));
  if (!isArchived)
    printNote(
      "The repaired message is not archived, because the archive has no queue: a verification names what follows from it, and a rebuild does not have it.",
    );
  if (outcome === "failed") process.exitCode = EXIT.failed;
}

/**
 * A text that was edited. Its file is there until it is deleted: nobody writes a text twice because sending
 * it fails.
 */
interface Edited {
  readonly text: string;
  readonly file: string;
  readonly remove: () => Promise<void>;
}

/**
 * Lets the user edit a text in their editor.
 *
 * @throws {RainhooksError} `input-invalid` without a terminal or an editor, or if the editor fails.
 */
async function editText(text: string): Promise<Edited> {
  const editor = variableOf("VISUAL") || variableOf("EDITOR");
  if (!process.stdin.isTTY || editor === undefined || editor === "") {
    const why = process.stdin.isTTY ? "EDITOR is not set" : "There is no terminal for an editor";
    throw new RainhooksError(
      "input-invalid",
      `${why}. Print the message with --print, change it, and give it with --file <path>, or --file - for standard input.`,
    );
  }
  const file = join(await mkdtemp(join(tmpdir(), "rainhooks-repair-")), "message.json");
  const remove = () => rm(dirname(file), { recursive: true, force: true });
  await writeFile(file, text, { mode: 0o600 });
  // As git does: the variable may have arguments.
  const child = spawn(`${editor} ${shellWord(file)}`, { shell: true, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) {
    await remove();
    throw new RainhooksError("input-invalid", `${editor} ended with code ${code}. Nothing was sent.`);
  }
  return { text: await readFile(file, "utf8"), file, remove };
}
