import { Argument, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { Functions } from "../functions.ts";
import type { Operation } from "../operations/operation.ts";
import {
  addFormatOptions,
  addStageOptions,
  addWatch,
  asHelp,
  isReadLate,
  optionOf,
  optionsOf,
  refuseUnknown,
  textReader,
} from "./options.ts";

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
  const { request, isAsked, header, changes, isLong } = operation;
  const { args = [], isDefault = false } = operation.command;
  const [name = "", ...groups] = words.split(" ").toReversed();
  const group = groupOf(program, groups.toReversed());
  const command = group.command(name, { isDefault }).description(about);
  if (isDefault) command.allowExcessArguments().hook("preAction", refuseUnknown);
  for (const field of args) command.addArgument(argumentOf(field, request));
  const own = Object.entries(request).filter(([field]) => !args.includes(field));
  for (const [field, param] of own) for (const option of optionsOf(field, param)) command.addOption(option);
  const planOption = planOptionOf(operation);
  if (planOption !== undefined) command.addOption(planOption);
  if (isAsked && !isPlan) command.option("--yes", "skip the confirmation");
  if (header === undefined) command.option("--json", "print JSON");
  else addFormatOptions(command);
  if (header !== undefined && changes === "nothing" && !isLong) addWatch(command);
  addStageOptions(command);
  return command.action(async () => {
    const { runOperation } = await import("./run-operation.ts");
    const typed: Readonly<Record<string, unknown>> = command.opts();
    const values = {
      ...typed,
      ...Object.fromEntries(args.map((field, index) => [field, command.processedArgs[index]])),
      ...Object.fromEntries(
        own.flatMap(([field, param]) =>
          param.option === undefined ? [] : [[field, typed[optionOf(field, param).attributeName()]]],
        ),
      ),
      plan: isPlan || (planOption !== undefined && typed[planOption.attributeName()] === true),
    };
    await runOperation(operation, values, functions);
  });
}

function planOptionOf({ hasPlan, changes, command: { plan, dryRun } }: Operation): Option | undefined {
  if (!hasPlan || plan !== undefined) return undefined;
  const [option, description] = dryRun ?? [
    changes === "much" ? "--plan" : "--dry-run",
    "only show what would be done",
  ];
  return new Option(option, description);
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
