import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { PROJECT } from "@rainhooks/app-list";
import { addOperation } from "@rainhooks/stage/commands/add-operation";
import { variableOf } from "@rainhooks/stage/commands/caller";
import { LOCAL_STAGE } from "@rainhooks/stage/commands/local-stage";
import { syncFilters } from "./sync-filters.ts";

const DATA = [
  "--data <folder>",
  "data folder of the local stage (default: RAINHOOKS_DATA, or .rainhooks here or above)",
] as const;

/** Adds a command with the login that it needs. */
function add(group: CommandUnknownOpts, name: string, description: string) {
  return group
    .command(name)
    .description(description)
    .option(
      "--credentials <file>",
      "file with the login (default: ~/.config/rainhooks/rainmaker.json)",
    );
}

/** Adds `rainhooks rainmaker`, which configures RainMaker for a stage. */
export function addRainmakerCommands(program: CommandUnknownOpts): void {
  const rainmaker = program
    .command("rainmaker")
    .description("log in to RainMaker, register a stage, copy its event filters");
  add(rainmaker, "login", "log in; the password is prompted for, or read from standard input")
    .option("--url <url>", "base URL of RainMaker's API (default: of the running local stage)")
    .option("--user <name>", "user name")
    .option(...DATA)
    .action(async (options) => (await import("./login.ts")).loginCommand(options));
  add(rainmaker, "logout", "delete the saved login").action(async (options) =>
    (await import("./credentials.ts")).dropCredentials(options),
  );
  for (const [name, description] of [
    ["register", "create the stage's integration, and enable its events"],
    ["unregister", "undo register"],
  ] as const)
    add(rainmaker, name, description)
      .option("--stage <name>", "the stage", variableOf("RAINHOOKS_STAGE") || LOCAL_STAGE)
      .option(
        "--integration <name>",
        "name of the stage's integration, if it is configured to be other than rainhooks-<stage>",
      )
      .option("--dry-run", "show what would be done, and change nothing")
      .option(...DATA)
      .action(async (options) => (await import("./register.ts")).registerCommand(name, options));
  rainmaker.command("filters").description("event filters of the system, of users and of nodes");
  addOperation(program, syncFilters, PROJECT);
}
