import { mapLimited } from "@rainhooks/core/collections";
import { isTimeMs } from "@rainhooks/core/decode/time";
import { DAY_MS } from "@rainhooks/core/durations";
import { tryParseJson } from "@rainhooks/core/json";
import { isAlertCursor, readAlerts } from "@rainhooks/node-status/alerts";
import { isListCursor, listNodes } from "@rainhooks/node-status/list";
import { type Node, readNode } from "@rainhooks/node-status/read-node";
import type { NodeAlert } from "@rainhooks/node-status/timeline-item";
import * as v from "valibot";
import { fleetAlertList } from "../answers/nodes.ts";
import { wrongPage } from "../pages/page-token.ts";
import { wholeNumber } from "../params/kinds.ts";
import { rangeOf, requireOrder } from "../params/range.ts";
import { defineQuestion } from "../question.ts";
import type { Stores } from "../stores.ts";
import { MAX_FILTERED, NODE_FILTER, nodeFilter } from "./node-filter.ts";
import { DEFAULT_RANGE_DAYS } from "./nodes.ts";

const MAX_ALERTS = 1000;
/** Nodes with alerts that are read together. */
const NODES_AT_ONCE = 32;

/**
 * Lists the alerts of all nodes. No index has alerts by time, so it reads nodes in the order of their ids,
 * and of those whose last alert is not older than the range their alerts.
 */
export const listFleetAlertsQuestion = defineQuestion({
  name: "listFleetAlerts",
  path: "/v1/alerts",
  summary:
    "Alerts of all nodes, or of those that a filter selects: by the ids of nodes, and those of a node newest first",
  params: {
    ...rangeOf("seven days before the end"),
    ...NODE_FILTER,
    limit: wholeNumber(
      { description: "Maximum number of alerts.", placeholder: "count" },
      { min: 1, max: MAX_ALERTS, fallback: 100 },
    ),
  },
  paged: true,
  answer: fleetAlertList,
  find: async ({ from, to, limit, ...filter }, { stores, nowMs, after }) => {
    const cursor = after === undefined ? undefined : readCursor(after);
    // Without an end, all pages end where the first one does.
    const toMs = cursor?.toMs ?? to ?? nowMs;
    if (toMs !== (to ?? toMs)) throw wrongPage();
    const fromMs = from ?? Math.max(0, toMs - DEFAULT_RANGE_DAYS * DAY_MS);
    requireOrder(fromMs, toMs, to);
    const range = { fromMs, toMs };
    if (cursor?.alert !== undefined && !isAlertCursor(cursor.alert, range)) throw wrongPage();
    const passes = nodeFilter(filter);
    const wanted = (node: Node) =>
      node.lastAlert !== undefined && node.lastAlert.atMs >= fromMs && (passes?.(node) ?? true);
    const page = new AlertsPage(stores, { ...range, limit, wanted });
    const next = await page.readFrom(cursor);
    const { alerts, read } = page;
    return { answer: { fromMs, toMs, alerts, read }, next: next && cursorText(toMs, next) };
  },
});

/** Where a page begins: after a node, or in the middle of its alerts. */
interface Cursor {
  readonly nodeId: string;
  /** The last alert of the node that an earlier page has; absent if it has all. */
  readonly alert?: string | undefined;
}

interface PageQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
  readonly wanted: (node: Node) => boolean;
}

interface FleetAlert extends NodeAlert {
  readonly nodeId: string;
  readonly nodeName?: string;
}

/** A page that is being read. */
class AlertsPage {
  readonly alerts: FleetAlert[] = [];
  read = 0;
  readonly #stores: Stores;
  readonly #query: PageQuery;
  /** The last node of which the page, or an earlier one, has all alerts. */
  #last: string | undefined;

  constructor(stores: Stores, query: PageQuery) {
    this.#stores = stores;
    this.#query = query;
  }

  /** Reads the page from a cursor on; returns where the next one begins, if there is one. */
  async readFrom(cursor: Cursor | undefined): Promise<Cursor | undefined> {
    const { wanted, limit } = this.#query;
    this.#last = cursor?.nodeId;
    if (cursor?.alert !== undefined) {
      const node = await readNode(this.#stores.nodes, cursor.nodeId);
      this.read += 1;
      const end = node && (await this.#add([node], cursor.alert));
      if (end !== undefined) return end;
    }
    while (this.alerts.length < limit && this.read < MAX_FILTERED) {
      const maxRead = MAX_FILTERED - this.read;
      const query = { limit: NODES_AT_ONCE, after: this.#last, wanted, maxRead };
      const page = await listNodes(this.#stores.nodes, query);
      this.read += page.read;
      const end = await this.#add(page.nodes);
      if (end !== undefined) return end;
      if (page.next === undefined) return undefined;
      this.#last = page.next;
    }
    return this.#last === undefined ? undefined : { nodeId: this.#last };
  }

  /**
   * Adds the alerts of nodes, as many as there is room for; returns where the page ends, if it does among
   * them.
   */
  async #add(nodes: readonly Node[], after?: string): Promise<Cursor | undefined> {
    const read = ({ nodeId }: Node, limit: number) =>
      readAlerts(this.#stores.timelines, nodeId, { ...this.#query, limit, after });
    const pages = await mapLimited(nodes, NODES_AT_ONCE, async (node) => ({
      node,
      found: await read(node, this.#room),
    }));
    for (const { node, found } of pages) {
      if (this.#room === 0) return this.#last === undefined ? undefined : { nodeId: this.#last };
      const { alerts, next } = found.alerts.length > this.#room ? await read(node, this.#room) : found;
      this.alerts.push(...alerts.map((alert) => alertOf(node, alert)));
      if (next !== undefined) return { nodeId: node.nodeId, alert: next };
      this.#last = node.nodeId;
    }
    return undefined;
  }

  get #room(): number {
    return this.#query.limit - this.alerts.length;
  }
}

function alertOf({ nodeId, config }: Node, alert: NodeAlert): FleetAlert {
  return { nodeId, ...(config?.name === undefined ? {} : { nodeName: config.name }), ...alert };
}

function cursorText(toMs: number, { nodeId, alert }: Cursor): string {
  return JSON.stringify(alert === undefined ? [toMs, nodeId] : [toMs, nodeId, alert]);
}

const END = v.custom<number>(isTimeMs);
const PLACE = v.union([v.strictTuple([END, v.string()]), v.strictTuple([END, v.string(), v.string()])]);

function readCursor(text: string): Cursor & { readonly toMs: number } {
  const parsed = v.safeParse(PLACE, tryParseJson(text));
  if (!parsed.success || !isListCursor(parsed.output[1])) throw wrongPage();
  const [toMs, nodeId, alert] = parsed.output;
  return { toMs, nodeId, alert };
}
