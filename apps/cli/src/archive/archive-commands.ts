import { type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { SAVED_QUERIES } from "@rainhooks/archive/saved-queries";
import { addFormatOptions, addStageOptions, addTimes } from "@rainhooks/stage/commands/options";

/** Adds `rainhooks archive`, which reads the archived deliveries. */
export function addArchiveCommands(program: CommandUnknownOpts): void {
  const archive = program
    .command("archive")
    .description("list, print and query the deliveries in the archive");
  addLs(archive);
  addCat(archive);
  addQuery(archive);
}

function addLs(archive: CommandUnknownOpts): void {
  const ls = archive.command("ls").description("list the objects of the archive");
  const timed = addTimes(
    ls,
    "first hour of arrival (default: the oldest)",
    "end, exclusive (default: none)",
  );
  addStageOptions(addFormatOptions(timed)).action(async (options) =>
    (await import("./cat.ts")).lsCommand(options),
  );
}

function addCat(archive: CommandUnknownOpts): void {
  const cat = archive
    .command("cat")
    .description("print deliveries as JSON, one per line")
    .argument("[key]", "an object of the archive (default: the objects from --from to --to)")
    .option(
      "--node <node>",
      "only deliveries about this node, by its id, the start of it, or its name",
    )
    .option("--event <type>", "only deliveries of this event type, such as node_connected")
    .option("--body", "print only the message that RainMaker published")
    .addHelpText("after", CAT_HELP);
  const timed = addTimes(
    cat,
    "first hour of arrival (default: one day before the end)",
    "end, exclusive (default: now)",
  );
  addStageOptions(timed).action(async (key, options) =>
    (await import("./cat.ts")).catCommand(key, options),
  );
}

function addQuery(archive: CommandUnknownOpts): void {
  const query = archive
    .command("query")
    .description("query the archive with SQL (DuckDB on the local stage, Athena on a deployed one)")
    .argument("[sql]", "the SQL query; the table is deliveries")
    .addOption(
      new Option("--saved <name>", "run a predefined query").choices(
        SAVED_QUERIES.map(({ name }) => name),
      ),
    )
    .option("--node <node>", "node of the saved query, by its id, the start of it, or its name")
    .addHelpText("after", QUERY_HELP);
  addStageOptions(addFormatOptions(query)).action(async (sql, options) =>
    (await import("./query.ts")).queryCommand(sql, options),
  );
}

const CAT_HELP = `
Examples:
  rainhooks archive cat --node <node>                        what a node sent since yesterday
  rainhooks archive cat --event alert --body --from 2026-11-01
  rainhooks archive cat --event node_connected --body | head -1 | rainhooks publish`;

const QUERY_HELP = `
Columns: id, sentatms (when SNS took it, epoch milliseconds), topic, attributes (a map), body (JSON as text),
hour (folder of the hour of arrival, such as 2026/11/24/08). Limit the hours in WHERE: Athena charges for the bytes it reads.

Saved queries:
${SAVED_QUERIES.map(({ name, description }) => `  ${name.padEnd(28)} ${description}`).join("\n")}

Examples:
  rainhooks archive query "SELECT topic, count(*) AS n FROM deliveries WHERE hour >= '2026/11/24/00' GROUP BY topic"
  rainhooks archive query --saved connections-per-node --csv
  rainhooks archive query --saved events-of-a-node --node <node>`;
