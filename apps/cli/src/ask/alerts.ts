import type { AnswerOf, listAlertsQuestion } from "@rainhooks/query";
import { formatTable, formatTime } from "@rainhooks/terminal";
import type { View } from "./view.ts";

/** Shows the alerts of a node as a table. */
export const alertsView: View<AnswerOf<typeof listAlertsQuestion>> = {
  header: ["node", "atMs", "text"],
  rows: ({ nodeId, alerts }) => alerts.map(({ atMs, text }) => [nodeId, atMs, text]),
  text: ({ alerts }) =>
    alerts.length === 0
      ? "No alerts in this time range."
      : formatTable(
          ["at (UTC)", "alert"],
          alerts.map(({ atMs, text }) => [formatTime(atMs), text]),
        ),
};
