import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import type { ProjectContents } from "../functions.ts";
import type { Operation } from "../operations/operation.ts";
import {
  addFields,
  addFormatOptions,
  addStageOptions,
  addWatch,
  asHelp,
  optionOf,
  refuseUnknown,
} from "./options.ts";

/**
 * Adds the command of an operation to the group that it names, and that of its plan if it has one.
 */
export function addOperation(
  program: CommandUnknownOpts,
  operation: Operation,
  project: ProjectContents,
): void {
  const { summary, command } = operation;
  const { words, plan, help } = command;
  if (plan !== undefined)
    addCommand(program, { operation, project, words: plan[0], about: plan[1], isPlan: true });
  const added = addCommand(program, {
    operation,
    project,
    words,
    about: asHelp(summary),
    isPlan: false,
  });
  if (help !== undefined) added.addHelpText("after", help);
}

interface AddedCommand {
  readonly operation: Operation;
  readonly project: ProjectContents;
  readonly words: string;
  readonly about: string;
  /** Whether it only shows the plan. */
  readonly isPlan: boolean;
}

function addCommand(
  program: CommandUnknownOpts,
  { operation, project, words, about, isPlan }: AddedCommand,
): CommandUnknownOpts {
  const { request, isAsked, header, changes, isLong } = operation;
  const { args = [], isDefault = false } = operation.command;
  const [name = "", ...groups] = words.split(" ").toReversed();
  const group = groupOf(program, groups.toReversed());
  const command = group.command(name, { isDefault }).description(about);
  if (isDefault) command.allowExcessArguments().hook("preAction", refuseUnknown);
  addFields(command, request, args);
  const planOption = planOptionOf(operation);
  if (planOption !== undefined) command.addOption(planOption);
  if (isAsked && !isPlan) command.option("--yes", "skip the confirmation");
  if (header === undefined) command.option("--json", "print JSON");
  else addFormatOptions(command);
  if (changes === "nothing" && !isLong) addWatch(command);
  addStageOptions(command);
  return command.action(async () => {
    const { runOperation } = await import("./run-operation.ts");
    const typed: Readonly<Record<string, unknown>> = command.opts();
    const values = {
      ...typed,
      ...Object.fromEntries(args.map((field, index) => [field, command.processedArgs[index]])),
      ...Object.fromEntries(
        Object.entries(request).flatMap(([field, param]) =>
          param.option === undefined
            ? []
            : [[field, typed[optionOf(field, param).attributeName()]]],
        ),
      ),
      plan: isPlan || (planOption !== undefined && typed[planOption.attributeName()] === true),
    };
    await runOperation(operation, values, project);
  });
}

function planOptionOf({
  hasPlan,
  changes,
  command: { plan, dryRun },
}: Operation): Option | undefined {
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
