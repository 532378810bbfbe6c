import { DAY_MS } from "@rainhooks/core/durations";
import { isAlertCursor, readAlerts } from "@rainhooks/node-status/alerts";
import { readConnection } from "@rainhooks/node-status/read-node";
import * as v from "valibot";
import { cursorOfRange, wrongPage } from "../pages/page-token.ts";
import { limitOf } from "../params/kinds.ts";
import { rangeOf, requireOrder } from "../params/range.ts";
import { defineQuestion } from "../question.ts";
import { about, listOf, timeMs } from "../results/json.ts";
import { DEFAULT_RANGE_DAYS, NODE, source, throwUnknownNode } from "./nodes.ts";

const MAX_ALERTS = 1000;

const alertList = v.object({
  nodeId: v.string(),
  fromMs: timeMs,
  toMs: timeMs,
  alerts: about(
    listOf(v.object({ atMs: timeMs, text: v.string(), deliveryId: source.deliveryId })),
    "Newest first. A text is shortened to 200 characters.",
  ),
});

/** Lists the alerts of a node, newest first. */
export const listAlertsQuestion = defineQuestion({
  name: "listAlerts",
  path: "/v1/nodes/{node}/alerts",
  summary: "Alerts of a node, newest first",
  params: {
    node: NODE,
    ...rangeOf("seven days before the end"),
    limit: limitOf("alerts", MAX_ALERTS, 100),
  },
  paged: true,
  result: alertList,
  find: async ({ node, from, to, limit }, { stores, nowMs, after: cursor }) => {
    const { toMs, after } = cursorOfRange(cursor, to, nowMs);
    const fromMs = from ?? Math.max(0, toMs - DEFAULT_RANGE_DAYS * DAY_MS);
    requireOrder(fromMs, toMs, to);
    if (after !== undefined && !isAlertCursor(after, { fromMs, toMs })) throw wrongPage();
    const { alerts, next } = await readAlerts(stores.timelines, node, {
      fromMs,
      toMs,
      limit,
      after,
    });
    if (alerts.length === 0 && (await readConnection(stores.nodes, node)) === undefined)
      throwUnknownNode(node);
    return {
      result: { nodeId: node, fromMs, toMs, alerts },
      next: next === undefined ? undefined : `${toMs} ${next}`,
    };
  },
});
