import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { rainhooks } from "../program.ts";

/** A command, as the page of commands describes it. */
export interface DocumentedCommand {
  /** With the words before it, such as `destinations add`. */
  readonly name: string;
  readonly description: string;
  /** What `--help` prints. */
  readonly help: string;
}

/** A command with those below it, at any depth. */
export interface CommandGroup extends DocumentedCommand {
  readonly commands: readonly DocumentedCommand[];
}

const HELP_WIDTH = 110;

/** Returns all commands, in the order of help. */
export async function commandTree(): Promise<CommandGroup[]> {
  return below(await rainhooks()).map((command) => ({
    ...documented(command, command.name()),
    commands: leavesOf(command, command.name()),
  }));
}

function leavesOf(command: CommandUnknownOpts, prefix: string): DocumentedCommand[] {
  return below(command).flatMap((one) => {
    const name = `${prefix} ${one.name()}`;
    return [documented(one, name), ...leavesOf(one, name)];
  });
}

function below(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.commands.filter((one) => one.name() !== "help");
}

function documented(command: CommandUnknownOpts, name: string): DocumentedCommand {
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return { name, description: command.description(), help };
}
