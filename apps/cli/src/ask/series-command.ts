import type { CommandUnknownOpts, OptionValues } from "@commander-js/extra-typings";
import { RainhooksError } from "@rainhooks/core";
import { listSeriesQuestion, seriesValuesQuestion } from "@rainhooks/query";
import { addParams, longFlag } from "../options.ts";
import { addAskOptions, argumentOf, askOptionsOf, textsOf } from "./answer-with.ts";
import { askAndPrint } from "./run-query.ts";
import { seriesListView, valuesView } from "./series.ts";

const SERIES_HELP = `
Examples:
  rainhooks series <node>                          its series, with their last values
  rainhooks series <node> <series> --newest-first --limit 20
  rainhooks series <node> <series> --aggregate avg --interval hour --from 2026-11-24
  rainhooks series <node> <series> --aggregate max --interval week --timezone Europe/Berlin
  rainhooks series <node> <meter> --aggregate latest --differential --reset-on-negative
  rainhooks series <node> <series> --all --csv > points.csv`;

/** Adds `series`: with a name it prints the values of that series, without one it lists the series of the node. */
export function addSeriesCommand(program: CommandUnknownOpts): void {
  const command = program
    .command("series")
    .description("list the series of a node, or print the values of one")
    .addArgument(argumentOf(seriesValuesQuestion.params, "node"))
    .addArgument(argumentOf(seriesValuesQuestion.params, "series", false))
    .addHelpText("after", SERIES_HELP);
  addParams(command, seriesValuesQuestion.params, ["node", "series"]);
  addAskOptions(command, true);
  command.action(() => {
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
  throw new RainhooksError("input-invalid", `${longFlag(command, given)} needs the name of a series.`);
}

/** Options that need windows. */
const WINDOW_OPTIONS = ["interval", "weekStart"];

function refuseWithoutWindows(command: CommandUnknownOpts): void {
  if (command.getOptionValue("aggregate") !== "raw") return;
  const given = WINDOW_OPTIONS.find((name) => command.getOptionValueSource(name) === "cli");
  if (given === undefined) return;
  throw new RainhooksError("input-invalid", `${longFlag(command, given)} needs --aggregate (such as avg).`);
}
