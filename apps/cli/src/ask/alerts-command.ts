import type { CommandUnknownOpts, OptionValues } from "@commander-js/extra-typings";
import { countText } from "@rainhooks/core/counted";
import { wrongInput } from "@rainhooks/core/errors";
import type { View } from "@rainhooks/stage/commands/answer-view";
import { addAskOptions, argumentOf, askOptionsOf, textsOf } from "@rainhooks/stage/commands/answer-with";
import { addParams, longFlag } from "@rainhooks/stage/commands/options";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import { listFleetAlertsQuestion } from "@rainhooks/stage/query/questions/fleet-alerts";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatTime } from "@rainhooks/stage/terminal/time";

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
  command.action(async () => {
    const { askAndPrint } = await import("@rainhooks/stage/commands/run-query");
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
  throw wrongInput(`${longFlag(command, given)} selects nodes: leave the node or the option out.`);
}

const NONE = "No alerts in this time range.";

/** Shows the alerts of a node as a table. */
const alertsView: View<AnswerOf<typeof listAlertsQuestion>> = {
  header: ["node", "atMs", "text"],
  rows: ({ nodeId, alerts }) => alerts.map(({ atMs, text }) => [nodeId, atMs, text]),
  text: ({ alerts }) =>
    alerts.length === 0
      ? NONE
      : formatTable(
          ["at (UTC)", "alert"],
          alerts.map(({ atMs, text }) => [formatTime(atMs), text]),
        ),
};

/**
 * Shows the alerts of all nodes as a table, newest first.
 *
 * @param max How many to show; `undefined` for all.
 */
function fleetAlertsView(max: number | undefined): View<AnswerOf<typeof listFleetAlertsQuestion>> {
  return {
    header: ["node", "atMs", "text", "nodeName"],
    rows: ({ alerts }) => alerts.map(({ nodeId, atMs, text, nodeName }) => [nodeId, atMs, text, nodeName]),
    text: ({ alerts }) => {
      if (alerts.length === 0) return NONE;
      const shown = alerts.toSorted((a, b) => b.atMs - a.atMs).slice(0, max);
      const nodes = new Set(alerts.map(({ nodeId }) => nodeId)).size;
      const total = `${countText(alerts.length, "alert")} of ${countText(nodes, "node")}`;
      return [
        formatTable(
          ["at (UTC)", "node", "name", "alert"],
          shown.map(({ atMs, nodeId, nodeName, text }) => [formatTime(atMs), nodeId, nodeName ?? "-", text]),
        ),
        shown.length === alerts.length ? total : `${total}; the newest ${shown.length} are shown: use --all`,
      ].join("\n");
    },
  };
}
