import { Argument, type CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Functions } from "../functions.ts";
import type { Operation } from "../operations/operation.ts";
import { addStageOptions, asHelp, optionOf, textReader } from "./options.ts";

/** Adds the command of an operation to the group that it names. */
export function addOperation(program: CommandUnknownOpts, operation: Operation, functions: Functions): void {
  const { summary, request, header, changes, hasPlan } = operation;
  const { words, args = [], help } = operation.command;
  const [name = "", ...groups] = words.split(" ").toReversed();
  const command = groupOf(program, groups.toReversed()).command(name).description(asHelp(summary));
  for (const field of args) command.addArgument(argumentOf(field, request));
  for (const [field, param] of Object.entries(request))
    if (!args.includes(field)) command.addOption(optionOf(field, param));
  if (hasPlan && changes === "much") command.option("--plan", "only show what would be done");
  if (hasPlan) command.option("--yes", "skip the confirmation");
  command.option("--json", "print JSON");
  if (header !== undefined)
    command.option("--csv", "print comma-separated values, times in epoch milliseconds");
  addStageOptions(command);
  if (help !== undefined) command.addHelpText("after", help);
  command.action(async () => {
    const given = Object.fromEntries(args.map((field, index) => [field, command.processedArgs[index]]));
    const { runOperation } = await import("./run-operation.ts");
    await runOperation(operation, { ...command.opts(), ...given }, functions);
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
  const { placeholder = field, fallback, readAll } = param;
  const shown = readAll === undefined ? placeholder : `${placeholder}...`;
  const argument = new Argument(
    fallback === undefined ? `<${shown}>` : `[${shown}]`,
    asHelp(param.description),
  );
  return readAll === undefined ? (argument.argParser(textReader(param)) as Argument) : argument;
}
