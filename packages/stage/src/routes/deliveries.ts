import { decode } from "@rainhooks/core/decode/decode";
import { isTimeMs } from "@rainhooks/core/decode/time";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { kind } from "@rainhooks/core/fields";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { readNames } from "@rainhooks/node-status/read-names";
import { deliveryFilter, describeDelivery } from "../describe-delivery.ts";
import { eventSummary } from "../event-summary.ts";
import { type RecentCursor, recentDeliveries } from "../operate/recent-deliveries.ts";
import { optional, optionalText, time, wholeNumber } from "../query/params/kinds.ts";
import type { ValuesOf } from "../query/params/param.ts";
import { queryStage } from "../query/query-stage.ts";
import { archiveOf, type StageAccess } from "../reached.ts";

/** A delivery as the page shows it. */
export interface DeliveryRow {
  readonly id: string;
  readonly sentAtMs: number;
  readonly topic?: string | undefined;
  /** Event type without its prefix; `?` when it is unknown. */
  readonly type: string;
  readonly nodes: readonly string[];
  /** What the first node is called; absent if it has no name. */
  readonly name?: string | undefined;
  /** What it says, in a few words; what cannot be decoded, as it was published. */
  readonly summary: string;
  /** Why it cannot be decoded. */
  readonly problem?: string | undefined;
}

/** A delivery as it was published, and what was decoded from it; both shortened. */
export interface DeliveryContent {
  readonly body: string;
  readonly event: string;
}

/** Deliveries of the archive, and how far they were looked for. */
export interface DeliveriesAnswer {
  readonly deliveries: readonly DeliveryRow[];
  /** Back to which time everything was searched. */
  readonly fromMs: number;
  readonly read: number;
  /** Where a further search goes on: `after` of the next query; absent at the beginning of the range. */
  readonly next?: string | undefined;
  /** How long after it was published a delivery can be missing in the archive, seconds. */
  readonly delayS: number;
}

const [MAX_SUMMARY, MAX_BODY] = [160, 16_384];
const text = (description: string) => optionalText({ description, placeholder: "text", maxLength: 256 });

/** What deliveries are selected by. */
export const DELIVERY_FILTER = {
  node: text("A node that they are about."),
  type: text("Their event type, without its prefix."),
  text: text("What is in their body, in any case; or their id."),
};

/** Which deliveries are asked for. */
export const DELIVERIES_FIELDS = {
  ...DELIVERY_FILTER,
  limit: wholeNumber(
    { description: "Maximum number.", placeholder: "count" },
    { min: 1, max: 500, fallback: 50 },
  ),
  from: time({ description: "When the oldest was published. Default: as far back as there are some." }),
  to: time({ description: "When the newest was published. Default: now." }),
  after: optional(
    kind("`next` of the search before", (text) => parseCursor(String(text))),
    {
      description: "Where to go on.",
    },
  ),
};
/** How long after it was published a delivery is looked for. */
const LATE_MS = 10 * MINUTE_MS;

/** How much of the archive one request reads: the page repeats it while it is open. */
const REACH = { maxHours: 24, maxBytes: 20_000_000 };

/**
 * Reads the newest deliveries of the archive that pass a filter.
 *
 * @throws {RainhooksError} `not-found` if the stage has no archive.
 */
export async function archivedDeliveries(
  reached: StageAccess,
  query: ValuesOf<typeof DELIVERIES_FIELDS>,
  onFound: (delivery: Delivery) => void,
): Promise<DeliveriesAnswer> {
  const { bucket, bufferS } = archiveOf(reached);
  const { limit, after, from = 0, to = Date.now() } = query;
  const passes = deliveryFilter(query);
  const start = after ?? Math.min(Date.now(), to + LATE_MS);
  const startMs = typeof start === "number" ? start : start.hourMs;
  const hours = Math.floor(startMs / HOUR_MS) - Math.floor(from / HOUR_MS) + 1;
  const archive = { client: reached.clients.s3, bucket };
  const found = await recentDeliveries(archive, {
    wanted: (one) => one.sentAtMs >= from && one.sentAtMs < to && passes(one),
    limit,
    from: start,
    ...REACH,
    maxHours: Math.max(1, Math.min(REACH.maxHours, hours)),
  });
  for (const one of found.deliveries) onFound(one);
  const { fromMs, read, next } = found;
  return {
    ...{ fromMs: Math.max(from, fromMs), read },
    next: fromMs <= from ? undefined : `${next.hourMs}.${next.skip}.${next.object}`,
    deliveries: await withNames(reached, found.deliveries.map(deliveryRow)),
    delayS: bufferS,
  };
}

/**
 * Looks for a delivery by its id in what was archived last, as far as one request reads; `undefined` if it is
 * not there.
 *
 * @throws {RainhooksError} `not-found` if the stage has no archive.
 */
export async function recentDelivery(reached: StageAccess, id: string): Promise<Delivery | undefined> {
  const archive = { client: reached.clients.s3, bucket: archiveOf(reached).bucket };
  const wanted = (one: Delivery) => one.id === id;
  const found = await recentDeliveries(archive, { wanted, limit: 1, from: Date.now(), ...REACH });
  return found.deliveries[0];
}

/** Reads what the search before has returned as the place to go on from. */
function parseCursor(text: string): RecentCursor | undefined {
  const [, hourMs, skip, object] = /^(\d{1,16})\.(\d{1,9})\.([^/]{0,1024})$/.exec(text) ?? [];
  if (object === undefined || !isTimeMs(Number(hourMs))) return undefined;
  return { hourMs: Number(hourMs), skip: Number(skip), object };
}

/** Describes a delivery for the page, but for the name of its node. */
export function deliveryRow(delivery: Delivery): DeliveryRow {
  const { id, sentAtMs, topic, body } = delivery;
  const { type, problem, nodeIds } = describeDelivery(delivery);
  const decoded = decode(delivery);
  const summary = decoded.kind === "event" ? eventSummary(decoded.event) : body;
  return { id, sentAtMs, topic, type, problem, nodes: nodeIds, summary: summary.slice(0, MAX_SUMMARY) };
}

/** Returns rows with the names of their first nodes, at half a read unit each. */
export async function withNames(
  reached: StageAccess,
  rows: readonly DeliveryRow[],
): Promise<readonly DeliveryRow[]> {
  if (reached.outputs.tables[nodeStatusTable.name] === undefined) return rows;
  const ids = rows.flatMap(({ nodes }) => nodes.slice(0, 1));
  const names = await readNames(queryStage(reached).stores.nodes, ids);
  return rows.map((row) => ({ ...row, name: names.get(row.nodes[0] ?? "") }));
}

/** Returns what a delivery contains. */
export function deliveryContent(delivery: Delivery): DeliveryContent {
  const decoded = decode(delivery);
  const event = decoded.kind === "undecodable" ? "" : JSON.stringify(decoded.event, undefined, 2);
  return { body: delivery.body.slice(0, MAX_BODY), event: event.slice(0, MAX_BODY) };
}
