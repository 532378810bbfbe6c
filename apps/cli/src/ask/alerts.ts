import { counted } from "@rainhooks/core";
import type { AnswerOf, listAlertsQuestion, listFleetAlertsQuestion } from "@rainhooks/query";
import { formatTable, formatTime } from "@rainhooks/terminal";
import type { View } from "./answer-view.ts";

const NONE = "No alerts in this time range.";

/** Shows the alerts of a node as a table. */
export const alertsView: View<AnswerOf<typeof listAlertsQuestion>> = {
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
export function fleetAlertsView(max: number | undefined): View<AnswerOf<typeof listFleetAlertsQuestion>> {
  return {
    header: ["node", "atMs", "text", "nodeName"],
    rows: ({ alerts }) => alerts.map(({ nodeId, atMs, text, nodeName }) => [nodeId, atMs, text, nodeName]),
    text: ({ alerts }) => {
      if (alerts.length === 0) return NONE;
      const shown = alerts.toSorted((a, b) => b.atMs - a.atMs).slice(0, max);
      const nodes = new Set(alerts.map(({ nodeId }) => nodeId)).size;
      const total = `${counted(alerts.length, "alert")} of ${counted(nodes, "node")}`;
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
