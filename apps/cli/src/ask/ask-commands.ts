import { type CommandUnknownOpts, Option, type OptionValues } from "@commander-js/extra-typings";
import { wrongInput } from "@rainhooks/core/errors";
import { addAskOptions, answerWith, askOptionsOf, textsOf } from "@rainhooks/stage/commands/answer-with";
import { addFields, longFlag, optionOfKind } from "@rainhooks/stage/commands/options";
import { ANY_DURATION } from "@rainhooks/stage/query/params/kinds";
import { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import { firmwareQuestion, fleetQuestion } from "@rainhooks/stage/query/questions/fleet";
import { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import { countNodesQuestion, nodeQuestion, timelineQuestion } from "@rainhooks/stage/query/questions/nodes";
import { listSeriesQuestion, seriesValuesQuestion } from "@rainhooks/stage/query/questions/series";
import { firmwareView, fleetView } from "./fleet.ts";
import { alertsView, countsView, nodesView, nodeView, timelineView } from "./nodes.ts";
import { seriesListView, valuesView } from "./series.ts";

/** Adds a command for each query of the API. */
export function addAskCommands(program: CommandUnknownOpts): void {
  const nodes = program
    .command("nodes")
    .description("list nodes: offline first, longest first; then all others by id")
    .addOption(
      new Option("--offline [duration]", "only offline nodes; with a duration such as 2d, offline for longer")
        .argParser(durationText)
        .conflicts("state"),
    )
    .addOption(new Option("--online", "only online nodes").conflicts(["offline", "state"]))
    .hook("preAction", (command) => {
      // A page of a filtered list can be empty, although there are more.
      if (FILTERS.some((name) => command.getOptionValue(name) !== undefined))
        command.setOptionValue("all", true);
      for (const state of ["offline", "online"]) {
        if (command.getOptionValue(state) !== undefined) command.setOptionValue("state", state);
      }
      useOfflineFor(command);
    })
    .addHelpText("after", NODES_HELP);
  answerWith(nodes, listNodesQuestion, nodesView);
  const counts = program.command("count").description("show how many nodes are in each state");
  answerWith(counts, countNodesQuestion, countsView);
  const node = program.command("node").description("show one node and its recent connectivity");
  answerWith(node, nodeQuestion, nodeView, ["node"]);
  const timeline = program
    .command("timeline")
    .description("show when a node went online and offline, and its uptime")
    .addHelpText("after", TIMELINE_HELP);
  answerWith(timeline, timelineQuestion, timelineView, ["node"]);
  const alerts = program
    .command("alerts")
    .description("show the alerts of a node, newest first")
    .addHelpText("after", ALERTS_HELP);
  answerWith(alerts, listAlertsQuestion, alertsView, ["node"]);
  const fleet = program
    .command("fleet")
    .description("show how many nodes were online, offline and unknown over time")
    .addHelpText("after", FLEET_HELP);
  answerWith(fleet, fleetQuestion, fleetView);
  const firmware = program.command("firmware").description("show how many nodes have which firmware");
  answerWith(firmware, firmwareQuestion, firmwareView);
  addSeriesCommand(program);
}

/** Options that select nodes by what no index has. */
const FILTERS = ["match", "firmware", "type", "tag", "user"];

/** Accepts a duration, and leaves it as it is: it is counted back from each query. */
function durationText(text: string): string {
  optionOfKind(ANY_DURATION)(text);
  return text;
}

/** Selects the nodes that are offline for longer than the duration of `--offline`. */
function useOfflineFor(command: CommandUnknownOpts): void {
  const offlineFor: unknown = command.getOptionValue("offline");
  if (typeof offlineFor !== "string") return;
  if (command.getOptionValue("sinceTo") !== undefined)
    throw wrongInput("Use --offline with a duration, or --since-to: not both.");
  command.setOptionValue("sinceTo", offlineFor);
}

const NODES_HELP = `
Examples:
  rainhooks nodes --offline                        offline nodes, longest first
  rainhooks nodes --offline --order newest         the latest to go offline first
  rainhooks nodes --offline 2d                     offline for longer than two days
  rainhooks nodes --offline --since-from 1h        went offline in the last hour
  rainhooks nodes --match kitchen                  by name, id, firmware, type, model or tag
  rainhooks nodes --firmware 1.2.0 --tag location:attic
  rainhooks nodes --user <id>                      those that a user has
  rainhooks nodes --offline --watch                repeat every two seconds
  rainhooks nodes --all --csv > nodes.csv          every node
  rainhooks nodes --offline --json | jq -r '.nodes[].nodeId'`;

const TIMELINE_HELP = `
Examples:
  rainhooks timeline <node>                        the last seven days
  rainhooks timeline "Living room" --from 12h      a node by its name, or by the start of its id
  rainhooks timeline <node> --from 2026-11-01 --to 2026-12-01`;

const ALERTS_HELP = `
Examples:
  rainhooks alerts <node>                          the last seven days
  rainhooks alerts <node> --from 30d --all --csv > alerts.csv
  rainhooks archive cat --event alert --from 1h    those of all nodes`;

const FLEET_HELP = `
Examples:
  rainhooks fleet                                  the last day
  rainhooks fleet --from 2h --every 5m
  rainhooks fleet --from 2026-11-01 --to 2026-12-01 --every 1d
  rainhooks fleet --from 7d --csv > fleet.csv`;

const SERIES_HELP = `
Examples:
  rainhooks series <node>                          its series, with their last values
  rainhooks series <node> <series> --newest-first --limit 20
  rainhooks series <node> <series> --aggregate avg --interval hour --from 2026-11-24
  rainhooks series <node> <series> --aggregate max --interval week --timezone Europe/Berlin
  rainhooks series <node> <meter> --aggregate latest --differential --reset-on-negative
  rainhooks series <node> <series> --all --csv > points.csv`;

/**
 * Adds `series`: with a name it prints the values of that series, without one it lists the series of the
 * node.
 */
function addSeriesCommand(program: CommandUnknownOpts): void {
  const command = program
    .command("series")
    .description("list the series of a node, or print the values of one")
    .addHelpText("after", SERIES_HELP);
  const { series: name, ...params } = seriesValuesQuestion.params;
  const series = { ...name, fallback: { value: undefined } };
  addFields(command, { ...params, series }, ["node", "series"]);
  addAskOptions(command, true);
  command.action(async () => {
    const { askAndPrint } = await import("@rainhooks/stage/commands/run-query");
    const options: OptionValues = command.opts();
    const [node, series] = command.args;
    if (series !== undefined) {
      refuseWithoutWindows(command);
      const texts = { ...textsOf(seriesValuesQuestion.params, options), node, series };
      return askAndPrint(seriesValuesQuestion, valuesView, texts, askOptionsOf(options));
    }
    refuseWithoutSeries(command);
    const limit = command.getOptionValueSource("limit") === "cli" ? { limit: String(options["limit"]) } : {};
    return askAndPrint(listSeriesQuestion, seriesListView, { node, ...limit }, askOptionsOf(options));
  });
}

function refuseWithoutSeries(command: CommandUnknownOpts): void {
  const only = Object.keys(seriesValuesQuestion.params).filter(
    (name) => !(name in listSeriesQuestion.params),
  );
  const given = only.find((name) => command.getOptionValueSource(name) === "cli");
  if (given === undefined) return;
  throw wrongInput(`${longFlag(command, given)} needs the name of a series.`);
}

/** Options that need windows. */
const WINDOW_OPTIONS = ["interval", "weekStart"];

function refuseWithoutWindows(command: CommandUnknownOpts): void {
  if (command.getOptionValue("aggregate") !== "raw") return;
  const given = WINDOW_OPTIONS.find((name) => command.getOptionValueSource(name) === "cli");
  if (given === undefined) return;
  throw wrongInput(`${longFlag(command, given)} needs --aggregate (such as avg).`);
}
