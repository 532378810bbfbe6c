import { decode } from "@rainhooks/core/decode/decode";
import { isTimeMs } from "@rainhooks/core/decode/time";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { nodesOf } from "@rainhooks/core/event";
import { kind } from "@rainhooks/core/fields";
import { deliveryFilter, describeDelivery } from "../describe-delivery.ts";
import { type RecentCursor, recentDeliveries } from "../operate/recent-deliveries.ts";
import { optional, optionalText, time, wholeNumber } from "../query/params/kinds.ts";
import type { ValuesOf } from "../query/params/param.ts";
import { archiveOf, type StageAccess } from "../reached.ts";

/** A delivery as the page shows it. */
export interface DeliveryRow {
  readonly id: string;
  readonly sentAtMs: number;
  readonly topic?: string | undefined;
  /** Event type without its prefix; `?` when it is unknown. */
  readonly type: string;
  readonly nodes: readonly string[];
  /** Beginning of the data, as JSON. */
  readonly summary: string;
  /** Why it cannot be decoded. */
  readonly problem?: string | undefined;
  /** The message as it was published, and what was decoded from it; both shortened. */
  readonly body: string;
  readonly event: string;
}

/** Deliveries of the archive, and how far they were looked for. */
export interface DeliveriesAnswer {
  readonly deliveries: readonly DeliveryRow[];
  /** Back to which time everything was searched. */
  readonly fromMs: number;
  readonly read: number;
  /** Where a further search goes on: `after` of the next query. */
  readonly next: string;
  /** How long after it was published a delivery can be missing in the archive, seconds. */
  readonly delayS: number;
}

const [MAX_SUMMARY, MAX_BODY] = [160, 16_384];
const text = (description: string) => optionalText({ description, placeholder: "text", maxLength: 256 });

/** Which deliveries are asked for. */
export const DELIVERIES_FIELDS = {
  node: text("A node that they are about."),
  type: text("Their event type, without its prefix."),
  text: text("What is in their body, in any case; or their id."),
  limit: wholeNumber(
    { description: "Maximum number.", placeholder: "count" },
    { min: 1, max: 500, fallback: 50 },
  ),
  to: time({ description: "When the newest was published. Default: now." }),
  after: optional(
    kind("`next` of the search before", (text) => parseCursor(String(text))),
    {
      description: "Where to go on.",
    },
  ),
};
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
  const { limit, after, to = Date.now() } = query;
  const archive = { client: reached.clients.s3, bucket };
  const found = await recentDeliveries(archive, {
    wanted: deliveryFilter(query),
    limit,
    from: after ?? to,
    ...REACH,
  });
  for (const one of found.deliveries) onFound(one);
  const { fromMs, read, next } = found;
  return {
    ...{ fromMs, read, next: `${next.hourMs}.${next.skip}.${next.object}` },
    deliveries: found.deliveries.map(deliveryRow),
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

/** Describes a delivery for the page. */
export function deliveryRow(delivery: Delivery): DeliveryRow {
  const { id, sentAtMs, topic, body } = delivery;
  const { type, data, problem } = describeDelivery(delivery);
  const decoded = decode(delivery);
  return {
    ...{ id, sentAtMs, topic, type, problem },
    nodes: decoded.kind === "event" ? nodesOf(decoded.event) : [],
    summary: (data === undefined ? body : JSON.stringify(data)).slice(0, MAX_SUMMARY),
    body: body.slice(0, MAX_BODY),
    event:
      decoded.kind === "undecodable" ? "" : JSON.stringify(decoded.event, undefined, 2).slice(0, MAX_BODY),
  };
}
