import type { CommandUnknownOpts, OptionValues } from "@commander-js/extra-typings";
import { RainhooksError } from "@rainhooks/core";
import { listAlertsQuestion, listFleetAlertsQuestion } from "@rainhooks/query";
import { addParams, longFlag } from "../options.ts";
import { alertsView, fleetAlertsView } from "./alerts.ts";
import { addAskOptions, argumentOf, askOptionsOf, textsOf } from "./answer-with.ts";
import { askAndPrint } from "./run-query.ts";

const HELP = `
Examples:
  rainhooks alerts                                 those of all nodes in the last seven days, newest first
  rainhooks alerts --from 1h --tag site:pune       those of some nodes in the last hour
  rainhooks alerts <node>                          those of a node
  rainhooks alerts <node> --from 30d --all --csv > alerts.csv`;

/** Alerts of all nodes that are read with a page for people. */
const PAGE_SIZE = "1000";

/** Adds `alerts`: with a node it prints its alerts, without one those of all nodes. */
export function addAlertsCommand(program: CommandUnknownOpts): void {
  const command = program
    .command("alerts")
    .description("show the alerts of a node, or of all nodes, newest first")
    .addArgument(argumentOf(listAlertsQuestion.params, "node", false))
    .addHelpText("after", HELP);
  addParams(command, listFleetAlertsQuestion.params, []);
  addAskOptions(command, true);
  command.action(() => {
    const options: OptionValues = command.opts();
    const [node] = command.args;
    if (node !== undefined) {
      refuseFilters(command);
      const texts = { ...textsOf(listAlertsQuestion.params, options), node };
      return askAndPrint(listAlertsQuestion, alertsView, texts, askOptionsOf(options));
    }
    const texts = textsOf(listFleetAlertsQuestion.params, options);
    const asked = askOptionsOf(options);
    // A page can be empty, although there are more; and they are in the order of the nodes.
    const all = asked.page === undefined;
    const isForPeople = all && !asked.json && !asked.csv;
    const view = fleetAlertsView(isForPeople && !asked.all ? Number(texts["limit"]) : undefined);
    const limit = isForPeople ? { limit: PAGE_SIZE } : {};
    return askAndPrint(listFleetAlertsQuestion, view, { ...texts, ...limit }, { ...asked, all });
  });
}

function refuseFilters(command: CommandUnknownOpts): void {
  const only = Object.keys(listFleetAlertsQuestion.params).filter(
    (name) => !(name in listAlertsQuestion.params),
  );
  const given = only.find((name) => command.getOptionValueSource(name) === "cli");
  if (given === undefined) return;
  throw new RainhooksError(
    "input-invalid",
    `${longFlag(command, given)} selects nodes: leave the node or the option out.`,
  );
}
