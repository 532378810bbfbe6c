import { subscribe } from "node:diagnostics_channel";
import { Command, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { WAITING_CHANNEL } from "@rainhooks/stage";
import { asTyped } from "@rainhooks/terminal";
import { addArchiveCommands } from "./archive/archive-commands.ts";
import { addAskCommands } from "./ask/ask-commands.ts";
import { addAttemptCommands } from "./attempts/attempts-commands.ts";
import { addCompletion } from "./completion.ts";
import { addConsoleCommand } from "./console/console-command.ts";
import { addCopyCommand } from "./copy/copy-command.ts";
import { addDeadLetterCommands } from "./dead-letters/dead-letters-commands.ts";
import { addDestinationCommands } from "./destinations/destinations-commands.ts";
import { addDocsCommand } from "./docs/docs-command.ts";
import { EXIT } from "./exit.ts";
import { addFeedCommands } from "./feed/feed-commands.ts";
import { addMcpCommand } from "./mcp/mcp-command.ts";
import { printNote } from "./output.ts";
import { addPersonalDataCommands } from "./personal-data/personal-data-commands.ts";
import { addProjectCommands } from "./project/project-commands.ts";
import { addRainmakerCommands } from "./rainmaker/rainmaker-commands.ts";
import { addRebuildCommands } from "./rebuild/rebuild-commands.ts";
import { addReplayCommands } from "./replay/replay-commands.ts";
import { addStageCommands } from "./stages/stages-commands.ts";
import { addTraceCommand } from "./trace/trace-command.ts";
import { addVerifyCommand } from "./verify/verify-commands.ts";
import { VERSION } from "./version.ts";
import { addDropsCommand } from "./watch/drops-command.ts";
import { addWatchCommands } from "./watch/watch-commands.ts";

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

/** Creates the command line program. */
export function rainhooks(): CommandUnknownOpts {
  const program: CommandUnknownOpts = new Command("rainhooks")
    .description("Query a Rainhooks stage, and publish test events to it.")
    .version(VERSION)
    .configureOutput({
      writeOut: (text) => process.stdout.write(asTyped(text)),
      outputError: (text) => printNote(`${text.replace(/^error: /, "").trim()} (--help shows how)`),
    })
    .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.done : EXIT.wrong))
    .addHelpText("after", HELP);
  addProjectCommands(program);
  addAskCommands(program);
  addArchiveCommands(program);
  addDestinationCommands(program);
  addAttemptCommands(program);
  addDeadLetterCommands(program);
  addReplayCommands(program);
  addTraceCommand(program);
  addWatchCommands(program);
  addDropsCommand(program);
  addVerifyCommand(program);
  addRebuildCommands(program);
  addPersonalDataCommands(program);
  addStageCommands(program);
  addCopyCommand(program);
  addConsoleCommand(program);
  addMcpCommand(program);
  addFeedCommands(program);
  addRainmakerCommands(program);
  addDocsCommand(program);
  addCompletion(program);
  return program;
}
