import type { Functions } from "../functions.ts";
import type { OperationOptions } from "../operate/progress.ts";
import { callerAt } from "../operations/caller.ts";
import type { Operation, OperationOutcome } from "../operations/operation.ts";
import type { Given } from "../operations/read-request.ts";
import { asTyped } from "../terminal/as-typed.ts";
import { confirm } from "./confirm.ts";
import { EXIT } from "./exit.ts";
import { onStage } from "./on-stage.ts";
import { withOptionNames } from "./option-names.ts";
import { flagOf } from "./options.ts";
import { formatted, printData, printNote } from "./output.ts";
import { interruptible, shown } from "./progress.ts";
import { reachStage } from "./reach-stage.ts";

/** Runs the command of an operation: shows its plan, asks, runs it, and prints what it has come to. */
export async function runOperation(operation: Operation, values: Given, functions: Functions): Promise<void> {
  const { request, changes, hasPlan, needsPlan, isLong } = operation;
  const text = (name: string) => (typeof values[name] === "string" ? values[name] : undefined);
  const selection = { stage: text("stage"), region: text("region"), data: text("data") };
  const { plan, yes, json, csv } = values;
  const format = { json: json === true, csv: csv === true };
  const stage = await reachStage(selection);
  const place = { stage, functions, caller: callerAt(stage, "terminal"), onStage: onStage(selection) };
  const given = Object.fromEntries(Object.keys(request).map((field) => [field, values[field]]));
  const call = await withOptionNames(namesOf(operation), () => operation.call(given, place));
  if (plan === true || (hasPlan && (needsPlan || yes !== true))) {
    const { value, text = "", question } = await shown((progress) => call.plan(progress));
    if (plan === true || (changes === "much" && !format.json))
      await printData(asTyped(formatted(format, { value, header: [], rows: [], text: () => text })));
    if (plan === true) return;
    if (yes !== true && question !== undefined && !(await confirm(question)))
      return printData("Nothing was changed.\n");
  }
  const run = (options: OperationOptions) =>
    shown(({ onProgress }) => call.run({ ...options, onProgress }), { quiet: format.json });
  const outcome = await (isLong ? interruptible((signal) => run({ signal })) : run({}));
  await printOutcome(operation, outcome, format);
}

async function printOutcome(
  { header = [] }: Operation,
  { value, rows, text, notes, failed }: OperationOutcome,
  format: { readonly json: boolean; readonly csv: boolean },
): Promise<void> {
  for (const note of notes) printNote(note);
  await printData(formatted(format, { value, header, rows, text: () => asTyped(text) }));
  if (failed) process.exitCode = EXIT.failed;
}

function namesOf({ request, command: { args = [] } }: Operation): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(request).map(([field, { placeholder = field }]) => [
      field,
      args.includes(field) ? `<${placeholder}>` : flagOf(field),
    ]),
  );
}
