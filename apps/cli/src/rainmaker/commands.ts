import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { addStageOptions } from "../options.ts";
import { LOCAL_STAGE } from "../reach/local-stage.ts";
import { dropCredentials } from "./credentials.ts";
import { listCommand, setCommand, syncCommand, unsetCommand } from "./filters.ts";
import { loginCommand } from "./login.ts";
import { registerCommand, unregisterCommand } from "./register.ts";

const CREDENTIALS = [
  "--credentials <file>",
  "file that keeps the login (default: ~/.config/rainhooks/rainmaker.json)",
] as const;
const DATA = [
  "--data <folder>",
  "data folder of the local stage (default: .rainhooks in this project)",
] as const;
const STAGE = ["--stage <name>", "the stage", process.env["RAINHOOKS_STAGE"] || LOCAL_STAGE] as const;
const INTEGRATION = [
  "--integration <name>",
  "its integration, if the stage's configuration sets another name than rainhooks-<stage>",
] as const;
const DRY_RUN = ["--dry-run", "only say what would be done"] as const;
const OWN = ["--own", "as a user, about yourself and your nodes, instead of as a super admin"] as const;

/** `rainhooks rainmaker …`: what has to be told to RainMaker, and what it has to be asked. */
export function addRainmakerCommands(program: CommandUnknownOpts): void {
  const rainmaker = program
    .command("rainmaker")
    .description("log in to RainMaker, register a stage, manage event filters");
  rainmaker
    .command("login")
    .description("log in; the password is asked for, or read from standard input")
    .option("--url <url>", "base URL of RainMaker's API (default: that of the running local stage)")
    .option("--user <name>", "user name")
    .option(...CREDENTIALS)
    .option(...DATA)
    .action(loginCommand);
  rainmaker
    .command("logout")
    .description("forget the login")
    .option(...CREDENTIALS)
    .action(dropCredentials);
  rainmaker
    .command("register")
    .description("create the stage's integration, and turn its events on")
    .option(...STAGE)
    .option(...INTEGRATION)
    .option(...DRY_RUN)
    .option(...CREDENTIALS)
    .option(...DATA)
    .action(registerCommand);
  rainmaker
    .command("unregister")
    .description("undo register")
    .option(...STAGE)
    .option(...INTEGRATION)
    .option(...DRY_RUN)
    .option(...CREDENTIALS)
    .option(...DATA)
    .action(unregisterCommand);
  addFilterCommands(rainmaker);
}

function addFilterCommands(rainmaker: CommandUnknownOpts): void {
  const filters = rainmaker
    .command("filters")
    .description("event filters of the system, of users and of nodes");
  filters
    .command("list")
    .description("list filters")
    .option("--event <type>", "of this event only")
    .option("--json", "print JSON")
    .option(...OWN)
    .option(...CREDENTIALS)
    .action(listCommand);
  filters
    .command("set")
    .description("set the filter of an event: of the system, or of a user or node")
    .argument("<event>", "event type, such as node_connected")
    .option("--user <id>", "of this user")
    .option("--node <id>", "of this node")
    .option("--off", "turn it off instead of on")
    .option(
      "--integration <names...>",
      "integrations that get the event too, beside those that do",
      [] as string[],
    )
    .option("--replace", "only the named integrations, instead of those that get the event now")
    .option(...OWN)
    .option(...CREDENTIALS)
    .action(setCommand);
  filters
    .command("unset")
    .description("delete the filter of an event")
    .argument("<event>", "event type")
    .option("--user <id>", "of this user")
    .option("--node <id>", "of this node")
    .option(...OWN)
    .option(...CREDENTIALS)
    .action(unsetCommand);
  const sync = filters
    .command("sync")
    .description("bring the stage's rules in line with RainMaker's, so that its webhooks honour them")
    .option(...DRY_RUN)
    .option(...CREDENTIALS);
  addStageOptions(sync).action(syncCommand);
}
