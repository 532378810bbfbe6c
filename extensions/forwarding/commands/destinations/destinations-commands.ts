import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { dataOption } from "@rainhooks/stage/commands/data-option";
import {
  addFormatOptions,
  addParams,
  addStageName,
  addStageOptions,
  addWait,
  addWatch,
  readTime,
  refuseUnknown,
  timeOption,
} from "@rainhooks/stage/commands/options";
import { FILTER_PARAMS } from "../../operations/setting-params.ts";

const ID = ["<destination>", "id of the destination"] as const;
const JSON_ONLY = ["--json", "print JSON"] as const;

/** Adds `rainhooks destinations`, for the systems that events are forwarded to. */
export function addDestinationCommands(program: CommandUnknownOpts): void {
  const destinations = program
    .command("destinations")
    .description("systems that events are forwarded to by HTTP");
  addLs(destinations);
  addShow(destinations);
  addTry(destinations);
  addTest(destinations);
}

function addLs(destinations: CommandUnknownOpts): void {
  const ls = destinations
    .command("ls", { isDefault: true })
    .allowExcessArguments()
    .hook("preAction", refuseUnknown)
    .description("list the destinations")
    .option("--check", "exit with code 1 if one is not active");
  addStageOptions(addWatch(addFormatOptions(ls))).action(async (options) =>
    (await import("./list-destinations.ts")).lsCommand(options),
  );
}

function addShow(destinations: CommandUnknownOpts): void {
  const show = destinations
    .command("show")
    .description("show a destination, and when it was last sent to; what is secret is left out")
    .argument(...ID)
    .option("--secret", "show the signing secret, too")
    .option(...JSON_ONLY);
  addStageOptions(show).action(async (id, options) =>
    (await import("./show-destination.ts")).showCommand(id, options),
  );
}

function addTry(destinations: CommandUnknownOpts): void {
  const command = destinations
    .command("try")
    .description(
      "count which archived events a destination would get, by its filters or by others; it sends nothing",
    )
    .argument(...ID);
  addParams(command, FILTER_PARAMS, []);
  addStageOptions(command)
    .addOption(timeOption("--from <time>", "when SNS published the first").default(readTime("1h"), "1h"))
    .addOption(timeOption("--to <time>", "end, exclusive (default: now)"))
    .option("--json", "print JSON")
    .addHelpText("after", TRY_HELP)
    .action(async (id, options) => (await import("./try-filter.ts")).tryCommand(id, options));
}

function addTest(destinations: CommandUnknownOpts): void {
  const test = destinations
    .command("test")
    .description(
      "send a sample of an event to a destination, also to one that is paused, and print what came of it",
    )
    .argument(...ID)
    .option("--event <event>", "event type (default: the first that it wants)")
    .option("--node <id>", "node of the event: a whole id, which the stage need not know")
    .addOption(dataOption())
    .option(...JSON_ONLY)
    .addHelpText("after", TEST_HELP);
  addStageName(addWait(test)).action(async (id, options) =>
    (await import("./send-test.ts")).testCommand(id, options),
  );
}

const TRY_HELP = `
Examples:
  rainhooks destinations try crm
  rainhooks destinations try crm --from 1d --where 'event.type == "alert" || series["Room.Temperature"].value > 30'

What an option gives counts instead of the filter that the destination has. Nothing is changed.`;

const TEST_HELP = `
Examples:
  rainhooks destinations test crm
  rainhooks destinations test crm --event node_connected --node my-node
  rainhooks destinations test crm --data '{"message_body":"Door is open"}'

The request has a webhook-id that begins with test_. It is not repeated. If it fails, the exit code is 1.`;
