import { type CommandUnknownOpts, Option, type OptionValues } from "@commander-js/extra-typings";
import { wrongInput } from "@rainhooks/core/errors";
import {
  addAskOptions,
  addQuery,
  askOptionsOf,
  textsOf,
} from "@rainhooks/stage/commands/add-query";
import { addFields, longFlag, optionOfKind } from "@rainhooks/stage/commands/options";
import { ANY_DURATION } from "@rainhooks/stage/query/params/kinds";
import { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import { firmwareQuestion, fleetQuestion } from "@rainhooks/stage/query/questions/fleet";
import { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";
import {
  countNodesQuestion,
  nodeQuestion,
  timelineQuestion,
} from "@rainhooks/stage/query/questions/nodes";
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
      new Option(
        "--offline [duration]",
        "only offline nodes; with a duration such as 2d, offline for longer",
      )
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
  addQuery(nodes, listNodesQuestion, nodesView);
  const add = (name: string, description: string, help = "") =>
    program.command(name).description(description).addHelpText("after", help);
  addQuery(add("count", "show how many nodes are in each state"), countNodesQuestion, countsView);
  addQuery(add("node", "show one node and its recent connectivity"), nodeQuestion, nodeView, [
    "node",
  ]);
  const timeline = "show when a node went online and offline, and its uptime";
  addQuery(add("timeline", timeline, TIMELINE_HELP), timelineQuestion, timelineView, ["node"]);
  const alerts = "show the alerts of a node, newest first";
  addQuery(add("alerts", alerts, ALERTS_HELP), listAlertsQuestion, alertsView, ["node"]);
  const fleet = "show how many nodes were online, offline and unknown over time";
  addQuery(add("fleet", fleet, FLEET_HELP), fleetQuestion, fleetView);
  addQuery(
    add("firmware", "show how many nodes have which firmware"),
    firmwareQuestion,
    firmwareView,
  );
  addSeriesCommand(
    add("series", "list the series of a node, or print the values of one", SERIES_HELP),
  );
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
 * With a name, `series` prints the values of that series; without one it lists the series of the
 * node.
 */
function addSeriesCommand(command: CommandUnknownOpts): void {
  const { series: name, ...params } = seriesValuesQuestion.params;
  const series = { ...name, fallback: { value: undefined } };
  addFields(command, { ...params, series }, ["node", "series"]);
  addAskOptions(command, true);
  command.action(async () => {
    const { askAndPrint } = await import("@rainhooks/stage/commands/run-query");
    const options: OptionValues = command.opts();
    const [node, series] = command.args;
    if (series !== undefined) {
      if (options["aggregate"] === "raw")
        refuseGiven(command, WINDOW_OPTIONS, "--aggregate (such as avg)");
      const texts = { ...textsOf(seriesValuesQuestion.params, options), node, series };
      return askAndPrint(seriesValuesQuestion, valuesView, texts, askOptionsOf(options));
    }
    const only = Object.keys(params).filter((name) => !(name in listSeriesQuestion.params));
    refuseGiven(command, only, "the name of a series");
    const limit = isGiven(command, "limit") ? { limit: String(options["limit"]) } : {};
    return askAndPrint(
      listSeriesQuestion,
      seriesListView,
      { node, ...limit },
      askOptionsOf(options),
    );
  });
}

/** Options that need windows. */
const WINDOW_OPTIONS = ["interval", "weekStart"];

/** @throws {RainhooksError} `input-invalid` if one of some options is given. */
function refuseGiven(command: CommandUnknownOpts, names: readonly string[], needed: string): void {
  const given = names.find((name) => isGiven(command, name));
  if (given !== undefined) throw wrongInput(`${longFlag(command, given)} needs ${needed}.`);
}

function isGiven(command: CommandUnknownOpts, name: string): boolean {
  return command.getOptionValueSource(name) === "cli";
}
