import { wrongInput } from "@rainhooks/core/errors";
import type { ProjectContents } from "../functions.ts";
import { callerAt } from "../operations/caller.ts";
import type { Operation, OperationCall } from "../operations/operation.ts";
import type { RequestFields } from "../operations/read-request.ts";
import type { Param } from "../query/params/param.ts";
import { asTyped } from "../terminal/as-typed.ts";
import { onStage } from "./data-folder.ts";
import { EXIT, fail } from "./exit.ts";
import { selectionIn } from "./local-stage.ts";
import { withOptionNames } from "./option-names.ts";
import { flagOf, nameOfOption } from "./options.ts";
import { formatResult, printData, printNote, repeatRun } from "./output.ts";
import { interruptible, withProgress } from "./progress.ts";
import { reachStage } from "./reach-stage.ts";
import { askSecret, confirm, readInput, readSource } from "./read-input.ts";

/**
 * Runs the command of an operation: shows its plan, asks for a confirmation, runs it, and prints
 * the result.
 */
export async function runOperation(
  operation: Operation,
  values: RequestFields,
  project: ProjectContents,
): Promise<void> {
  const { failExit = EXIT.failed } = operation.command;
  try {
    await withOptionNames(namesOf(operation), () => runCommand(operation, values, project));
  } catch (error) {
    fail(error);
    if (process.exitCode === EXIT.failed) process.exitCode = failExit;
  }
}

async function runCommand(
  operation: Operation,
  values: RequestFields,
  project: ProjectContents,
): Promise<void> {
  const { isAsked, needsPlan, isLong, header = [] } = operation;
  const selection = selectionIn(values);
  const written = await givenIn(operation, values);
  operation.check(written);
  const options: Printing = {
    json: values["json"] === true,
    csv: values["csv"] === true,
    plan: values["plan"] === true,
    yes: values["yes"] === true,
  };
  // Before a long plan; one that is needed is always asked about.
  if (needsPlan) refuseUnasked(operation, options);
  const given = { ...written, ...(await askedFor(operation, written)) };
  const stage = await reachStage(selection);
  const place = {
    stage,
    ...project,
    caller: callerAt(stage, "terminal"),
    onStage: onStage(selection),
  };
  const call = operation.call(given, place);
  const isPlanned = options.plan || (isAsked && (needsPlan || !options.yes));
  if (isPlanned && !(await showPlan(operation, call, options))) return;
  const run = (signal?: AbortSignal) =>
    withProgress(({ onProgress }) => call.run({ signal, onProgress }), { quiet: options.json });
  const everyS = typeof values["watch"] === "number" ? values["watch"] : undefined;
  await repeatRun(everyS, async () => {
    const {
      value,
      rows,
      text: shown,
      notes,
      failed,
      exitCode,
    } = await (isLong ? interruptible(run) : run());
    for (const note of notes) printNote(note);
    const formats = { value, header, rows, text: () => asTyped(shown) };
    await printData(formatResult(options, formats));
    if (failed) process.exitCode = exitCode ?? EXIT.failed;
  });
}

interface Printing {
  readonly json: boolean;
  readonly csv: boolean;
  readonly plan: boolean;
  readonly yes: boolean;
}

/** Prints a plan, and asks; returns whether the operation is to be run. */
async function showPlan(
  operation: Operation,
  call: OperationCall,
  options: Printing,
): Promise<boolean> {
  const planned = await withProgress((progress) => call.plan(progress));
  const { value, csv, question, text = question ?? "", notes } = planned;
  const formats = { value, ...csv, text: () => asTyped(text) };
  if (options.plan || (operation.changes === "much" && question !== undefined && !options.json))
    await printData(formatResult(options, formats));
  for (const note of notes) printNote(note);
  if (options.plan) return false;
  if (options.yes || question === undefined) return true;
  refuseUnasked(operation, options);
  if (await confirm(question)) return true;
  await printData("Nothing was changed.\n");
  return false;
}

/**
 * @throws {RainhooksError} `input-invalid` for JSON of what changes much, which nobody has agreed
 * to.
 */
function refuseUnasked({ changes }: Operation, { json, plan, yes }: Printing): void {
  if (json && !plan && !yes && changes === "much")
    throw wrongInput("With --json nobody is asked: add --plan or --yes.");
}

/**
 * Returns the fields of a request among the values of options; those of files and sources with
 * their texts.
 */
async function givenIn({ request }: Operation, values: RequestFields): Promise<RequestFields> {
  const given: [string, unknown][] = [];
  for (const [field, param] of Object.entries(request))
    given.push([field, await valueIn(field, param, values)]);
  return Object.fromEntries(given);
}

async function valueIn(
  field: string,
  param: Param<unknown>,
  values: RequestFields,
): Promise<unknown> {
  const { isFile, source, option: typed = field } = param;
  const value = values[field];
  const from = values[`${field}From`];
  if (isFile && typeof value === "string")
    return readInput(value, `Give it with ${flagOf(typed)}.`);
  if (source === undefined || from === undefined) return value;
  const read = await readSource(param, `${flagOf(field)}-from`, from);
  return Array.isArray(value) ? [value, read].flat() : read;
}

/** Asks for the secrets that a request needs and does not have. */
async function askedFor({ request }: Operation, given: RequestFields): Promise<RequestFields> {
  const asked: [string, string][] = [];
  for (const [field, { source }] of Object.entries(request)) {
    const [other, prompt] = source?.askedWith ?? [];
    if (prompt !== undefined && given[field] === undefined && given[other ?? ""] !== undefined)
      asked.push([field, await askSecret(prompt)]);
  }
  return Object.fromEntries(asked);
}

function namesOf({ request, command: { args = [] } }: Operation): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(request).map(([field, param]) => [
      field,
      args.includes(field) ? `<${param.placeholder ?? field}>` : nameOfOption(field, param),
    ]),
  );
}
