import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { AGGREGATES, INTERVALS, WEEKDAYS } from "@rainhooks/time-series";
import { logsCommand } from "./logs.ts";
import { countCommand, nodeCommand, nodesCommand } from "./nodes.ts";
import { publishCommand } from "./publish.ts";
import { addRainmakerCommands } from "./rainmaker/commands.ts";
import { seriesCommand } from "./series.ts";

/** Exit code for a wrong command line; a command that fails ends with 1. */
const USAGE_ERROR = 2;

function time(text: string): number {
  const atMs = /^\d+$/.test(text)
    ? Number(text)
    : Date.parse(/[Z+]|-\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(atMs))
    throw new InvalidArgumentError("It must be epoch milliseconds or a date such as 2026-11-24T08:00.");
  return atMs;
}

function count(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new InvalidArgumentError("It must be a whole number of at least 1.");
  return Number(text);
}

const program = new Command("rainhooks")
  .description("Asks and feeds a running stage of Rainhooks.")
  .showHelpAfterError("(--help shows how)")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE_ERROR));

const DATA = ["--data <folder>", "data folder of the stage (default: .rainhooks in this project)"] as const;
const JSON_FLAG = ["--json", "print JSON", false] as const;

program
  .command("publish")
  .description(
    "publish the event in a file (- for standard input): an event, or a Lambda event with Records[].Sns",
  )
  .argument("[file]", "file with the event", "-")
  .option("--type <type>", "publish the text as it is, on the topic of this event type")
  .option(...DATA)
  .action(publishCommand);

program
  .command("nodes")
  .description("list nodes, the ones longest in their state first")
  .option("--offline", "only those that are offline", false)
  .option("--online", "only those that are online", false)
  .option("--limit <count>", "nodes at most", count, 100)
  .option(...JSON_FLAG)
  .option(...DATA)
  .action(nodesCommand);

program
  .command("count")
  .description("say how many nodes are online, offline, and not seen connecting")
  .option(...JSON_FLAG)
  .option(...DATA)
  .action(countCommand);

program
  .command("node")
  .description("show one node, and how it was connected lately")
  .argument("<node>", "its id")
  .option("--days <count>", "days to look back", count, 7)
  .option(...JSON_FLAG)
  .option(...DATA)
  .action(nodeCommand);

program
  .command("series")
  .description("list the series of a node, or show the points of one")
  .argument("<node>", "its id")
  .argument("[name]", 'name of the series, such as "Temperature Sensor.Temperature"')
  .option("--from <time>", "first time, included: epoch milliseconds or ISO 8601, UTC without a zone", time)
  .option("--to <time>", "last time, not included", time)
  .addOption(
    new Option("--aggregate <what>", "the points, or what those of a window come to")
      .choices(AGGREGATES)
      .default("raw" as const),
  )
  .addOption(
    new Option("--interval <length>", "length of a window").choices(INTERVALS).default("day" as const),
  )
  .option("--timezone <zone>", "whose days and hours count, such as Europe/Berlin", "UTC")
  .addOption(
    new Option("--week-start <day>", "day on which a week begins")
      .choices(WEEKDAYS)
      .default("monday" as const),
  )
  .option("--differential", "each value less the one before it", false)
  .option("--reset-on-negative", "where a difference is negative, the value itself", false)
  .option("--newest", "the newest first", false)
  .option("--limit <count>", "values at most", count, 1000)
  .option(...JSON_FLAG)
  .option(...DATA)
  .action(seriesCommand);

program
  .command("logs")
  .description("print what a webhook logged")
  .argument("<webhook>", "its name, such as hello")
  .option("--lines <count>", "lines to begin with", count, 20)
  .option("--follow", "go on with the lines that come", false)
  .option(...DATA)
  .action(logsCommand);

addRainmakerCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof RainhooksError ? error.message : `Unexpected: ${messageOf(error)}`);
  process.exitCode = 1;
}
