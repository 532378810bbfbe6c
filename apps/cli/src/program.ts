import { subscribe } from "node:diagnostics_channel";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { PROJECT } from "@rainhooks/app-list";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { loadOperations } from "@rainhooks/app-list/operations";
import { wrongInput } from "@rainhooks/core/errors";
import { WAITING_CHANNEL } from "@rainhooks/stage/account";
import { addOperation } from "@rainhooks/stage/commands/add-operation";
import { EXIT } from "@rainhooks/stage/commands/exit";
import { printNote } from "@rainhooks/stage/commands/output";
import { asTyped } from "@rainhooks/stage/terminal/as-typed";
import { VERSION } from "@rainhooks/stage/version";
import { addArchiveCommands } from "./archive/archive-commands.ts";
import { addAskCommands } from "./ask/ask-commands.ts";
import { addCompletion } from "./completion.ts";
import { addFeedCommands } from "./feed/feed-commands.ts";
import { addProjectCommands } from "./project/project-commands.ts";
import { addRainmakerCommands } from "./rainmaker/rainmaker-commands.ts";
import {
  addConsoleCommand,
  addDocsCommand,
  addMcpCommand,
  addStageCommands,
} from "./stages/stages-commands.ts";

subscribe(WAITING_CHANNEL, (text) => printNote(String(text)));

const HELP = `
Commands use the stage that "npm start" runs on this machine, unless --stage or RAINHOOKS_STAGE names a deployed one.
Of several, --data or RAINHOOKS_DATA names the data folder; otherwise it is the one of this folder, or of the nearest above it.

Examples:
  rainhooks nodes --offline                        offline nodes, longest first
  rainhooks node <node>                            one node, its uptime and drops
  rainhooks series <node> <series> --aggregate avg --interval hour
  rainhooks archive query "SELECT topic, count(*) AS n FROM deliveries GROUP BY topic"
  rainhooks nodes --offline --stage production --json
  rainhooks trigger node_connected --node my-node  publish an event on the local stage
  rainhooks events --follow                        what passes on the local stage
  rainhooks console                                the stage on a web page

A node that a command looks up is given by its id, the start of its id, or its name. Other ids are whole, unless help says otherwise.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found (such as a node, series or stage).
Completion: source <(rainhooks complete bash), or zsh, fish, powershell`;

/** What is added before the commands of extensions, and after them. */
const FIRST = [addProjectCommands, addAskCommands, addArchiveCommands];
const LAST = [
  addStageCommands,
  addConsoleCommand,
  addMcpCommand,
  addFeedCommands,
  addRainmakerCommands,
  addDocsCommand,
];

/**
 * Creates the command line program.
 *
 * @param word The command that is run, if one is: extensions are loaded only if it is not of the
 * platform.
 */
export async function rainhooks(word?: string): Promise<CommandUnknownOpts> {
  const own = emptyProgram();
  for (const add of [...FIRST, ...LAST]) add(own);
  if (own.commands.some((one) => one.name() === word)) return own;
  const program = emptyProgram();
  for (const add of FIRST) add(program);
  const all = await Promise.all(EXTENSIONS.map(({ commands }) => commands?.()));
  for (const commands of all) commands?.addCommands(program);
  for (const operation of await loadOperations()) addOperation(program, operation, PROJECT);
  for (const add of LAST) add(program);
  refuseHidden(own, program);
  addCompletion(program);
  return program;
}

/**
 * Refuses what an extension adds below a word of the platform: with that word, extensions are not
 * loaded.
 *
 * @internal
 */
export function refuseHidden(own: CommandUnknownOpts, program: CommandUnknownOpts): void {
  const sizes = new Map(program.commands.map((one) => [one.name(), one.commands.length]));
  const changed = own.commands.find((one) => sizes.get(one.name()) !== one.commands.length)?.name();
  if (changed === undefined) return;
  const message = `An extension adds a command below ${changed}, a command of Rainhooks. Begin yours with another word.`;
  throw wrongInput(message);
}

function emptyProgram(): CommandUnknownOpts {
  return new Command("rainhooks")
    .description("Query a Rainhooks stage, and publish test events to it.")
    .version(VERSION)
    .configureOutput({
      writeOut: (text) => process.stdout.write(asTyped(text)),
      outputError: (text) => printNote(`${text.replace(/^error: /, "").trim()} (--help shows how)`),
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.done : EXIT.wrong))
    .addHelpText("after", HELP);
}
