import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Functions } from "../functions.ts";
import type { Operation } from "../operations/operation.ts";
import { addStageOptions, asHelp, isReadLate, optionsOf, textReader } from "./options.ts";

/** Adds the command of an operation to the group that it names, and that of its plan if it has one. */
export function addOperation(program: CommandUnknownOpts, operation: Operation, functions: Functions): void {
  const { summary, command } = operation;
  const { words, plan, help } = command;
  if (plan !== undefined)
    addCommand(program, { operation, functions, words: plan[0], about: plan[1], isPlan: true });
  const added = addCommand(program, { operation, functions, words, about: asHelp(summary), isPlan: false });
  if (help !== undefined) added.addHelpText("after", help);
}

interface AddedCommand {
  readonly operation: Operation;
  readonly functions: Functions;
  readonly words: string;
  readonly about: string;
  /** Whether it only shows the plan. */
  readonly isPlan: boolean;
}

function addCommand(
  program: CommandUnknownOpts,
  { operation, functions, words, about, isPlan }: AddedCommand,
): CommandUnknownOpts {
  const { request, hasPlan, isAsked, changes, header } = operation;
  const { args = [], plan, dryRun } = operation.command;
  const [name = "", ...groups] = words.split(" ").toReversed();
  const command = groupOf(program, groups.toReversed()).command(name).description(about);
  for (const field of args) command.addArgument(argumentOf(field, request));
  for (const [field, param] of Object.entries(request))
    if (!args.includes(field)) for (const option of optionsOf(field, param)) command.addOption(option);
  if (hasPlan && changes === "much" && plan === undefined)
    command.option("--plan", "only show what would be done");
  if (dryRun !== undefined) command.option("--dry-run", dryRun);
  if (isAsked && !isPlan) command.option("--yes", "skip the confirmation");
  command.option("--json", "print JSON");
  if (header !== undefined)
    command.option("--csv", "print comma-separated values, times in epoch milliseconds");
  addStageOptions(command);
  return command.action(async () => {
    const given = Object.fromEntries(args.map((field, index) => [field, command.processedArgs[index]]));
    const { runOperation } = await import("./run-operation.ts");
    const values = { ...command.opts(), ...given, ...(isPlan ? { plan: true } : {}) };
    await runOperation(operation, values, functions);
  });
}

function groupOf(program: CommandUnknownOpts, words: readonly string[]): CommandUnknownOpts {
  return words.reduce(
    (group, word) => group.commands.find((one) => one.name() === word) ?? group.command(word),
    program,
  );
}

function argumentOf(field: string, request: Operation["request"]): Argument {
  const param = request[field];
  if (param === undefined) throw new TypeError(`There is no field ${field}.`);
  const { placeholder = field, fallback, readAll, schema } = param;
  const shown = readAll === undefined ? placeholder : `${placeholder}...`;
  const argument = new Argument(
    fallback === undefined ? `<${shown}>` : `[${shown}]`,
    asHelp(param.description),
  );
  if (Array.isArray(schema["enum"])) argument.choices(schema["enum"] as string[]);
  else if (readAll === undefined && !isReadLate(param)) argument.argParser(textReader(param));
  return argument;
}
