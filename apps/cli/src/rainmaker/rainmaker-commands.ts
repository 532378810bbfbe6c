import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { FUNCTIONS } from "@rainhooks/app-list";
import { addOperation } from "@rainhooks/stage/commands/add-operation";
import { variableOf } from "@rainhooks/stage/commands/caller";
import { LOCAL_STAGE } from "@rainhooks/stage/commands/local-stage";
import { syncFilters } from "./sync-filters.ts";

const CREDENTIALS = [
  "--credentials <file>",
  "file with the login (default: ~/.config/rainhooks/rainmaker.json)",
] as const;
const DATA = [
  "--data <folder>",
  "data folder of the local stage (default: RAINHOOKS_DATA, or .rainhooks here or above)",
] as const;
const stageOption = () =>
  ["--stage <name>", "the stage", variableOf("RAINHOOKS_STAGE") || LOCAL_STAGE] as const;
const INTEGRATION = [
  "--integration <name>",
  "name of the stage's integration, if it is configured to be other than rainhooks-<stage>",
] as const;
const DRY_RUN = ["--dry-run", "show what would be done, and change nothing"] as const;
const OWN = ["--own", "manage your own filters as a user, instead of all filters as a super admin"] as const;

/** Adds `rainhooks rainmaker`, which configures RainMaker for a stage. */
export function addRainmakerCommands(program: CommandUnknownOpts): void {
  const rainmaker = program
    .command("rainmaker")
    .description("log in to RainMaker, register a stage, manage event filters");
  rainmaker
    .command("login")
    .description("log in; the password is prompted for, or read from standard input")
    .option("--url <url>", "base URL of RainMaker's API (default: of the running local stage)")
    .option("--user <name>", "user name")
    .option(...CREDENTIALS)
    .option(...DATA)
    .action(async (options) => (await import("./login.ts")).loginCommand(options));
  rainmaker
    .command("logout")
    .description("delete the saved login")
    .option(...CREDENTIALS)
    .action(async (options) => (await import("./credentials.ts")).dropCredentials(options));
  rainmaker
    .command("register")
    .description("create the stage's integration, and enable its events")
    .option(...stageOption())
    .option(...INTEGRATION)
    .option(...DRY_RUN)
    .option(...CREDENTIALS)
    .option(...DATA)
    .action(async (options) => (await import("./register.ts")).registerCommand(options));
  rainmaker
    .command("unregister")
    .description("undo register")
    .option(...stageOption())
    .option(...INTEGRATION)
    .option(...DRY_RUN)
    .option(...CREDENTIALS)
    .option(...DATA)
    .action(async (options) => (await import("./register.ts")).unregisterCommand(options));
  addFilterCommands(rainmaker);
  addOperation(program, syncFilters, FUNCTIONS);
}

function addFilterCommands(rainmaker: CommandUnknownOpts): void {
  const filters = rainmaker
    .command("filters")
    .description("event filters of the system, of users and of nodes");
  filters
    .command("list")
    .description("list filters")
    .option("--event <type>", "only filters of this event")
    .option("--json", "print JSON")
    .option(...OWN)
    .option(...CREDENTIALS)
    .action(async (options) => (await import("./filters.ts")).listCommand(options));
  filters
    .command("set")
    .description("set the filter of an event: of the system, or of a user or node")
    .argument("<event>", "event type, such as node_connected")
    .option("--user <id>", "set the filter of this user")
    .option("--node <id>", "set the filter of this node (its whole id)")
    .option("--off", "disable the event instead of enabling it")
    .option("--integration <names...>", "integrations to add to the filter", [] as string[])
    .option("--replace", "replace the filter's integrations by the given ones")
    .option(...OWN)
    .option(...CREDENTIALS)
    .action(async (event, options) => (await import("./filters.ts")).setCommand(event, options));
  filters
    .command("unset")
    .description("delete the filter of an event")
    .argument("<event>", "event type")
    .option("--user <id>", "delete the filter of this user")
    .option("--node <id>", "delete the filter of this node (its whole id)")
    .option(...OWN)
    .option(...CREDENTIALS)
    .action(async (event, options) => (await import("./filters.ts")).unsetCommand(event, options));
}
