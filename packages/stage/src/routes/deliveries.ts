import { decode } from "@rainhooks/core/decode/decode";
import { isTimeMs } from "@rainhooks/core/decode/time";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import { nodesOf } from "@rainhooks/core/event";
import * as v from "valibot";
import { describeDelivery } from "../describe-delivery.ts";
import { type RecentCursor, recentDeliveries } from "../operate/recent-deliveries.ts";
import { archiveOf, type ReachedStage } from "../reached.ts";

/** A delivery as the page shows it. */
export interface ShownDelivery {
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
  readonly deliveries: readonly ShownDelivery[];
  /** Back to which time everything was searched. */
  readonly fromMs: number;
  readonly read: number;
  /** Where a further search goes on: `after` of the next query. */
  readonly next: string;
  /** How long after it was published a delivery can be missing in the archive, seconds. */
  readonly delayS: number;
}

const text = v.optional(v.string());
/** What deliveries are asked for, as text. */
export const DELIVERIES_QUERY = v.strictObject({
  ...{ node: text, type: text, text, limit: text, to: text, after: text },
});
type DeliveriesQuery = v.InferOutput<typeof DELIVERIES_QUERY>;

const [MAX_SUMMARY, MAX_BODY] = [160, 16_384];
const [DEFAULT_LIMIT, MAX_LIMIT] = [50, 500];
/** How far a look at the archive goes: it is repeated while somebody looks at the page. */
const REACH = { maxHours: 24, maxBytes: 20_000_000 };

/**
 * Reads the newest deliveries of the archive that pass a filter.
 *
 * @throws {RainhooksError} `input-invalid` for a wrong limit or time, `not-found` if the stage has no
 * archive.
 */
export async function archivedDeliveries(
  reached: ReachedStage,
  query: DeliveriesQuery,
  onFound: (delivery: Delivery) => void,
): Promise<DeliveriesAnswer> {
  const { bucket, bufferS } = archiveOf(reached);
  const limit = Math.min(MAX_LIMIT, Number(query.limit ?? DEFAULT_LIMIT));
  const from = query.after === undefined ? Number(query.to ?? Date.now()) : parseCursor(query.after);
  const startMs = typeof from === "number" ? from : (from?.hourMs ?? 0);
  if (from === undefined || !(limit >= 1) || !isTimeMs(startMs))
    throw new RainhooksError("input-invalid", "Wrong limit, time or place to go on from.");
  const archive = { client: reached.clients.s3, bucket };
  const found = await recentDeliveries(archive, { wanted: wantedBy(query), limit, from, ...REACH });
  for (const one of found.deliveries) onFound(one);
  const { fromMs, read, next } = found;
  return {
    ...{ fromMs, read, next: `${next.hourMs}.${next.skip}.${next.object}` },
    deliveries: found.deliveries.map(shownDelivery),
    delayS: bufferS,
  };
}

/** Reads what the search before has returned as the place to go on from. */
function parseCursor(text: string): RecentCursor | undefined {
  const [, hourMs, skip, object] = /^(\d{1,16})\.(\d{1,9})\.([^/]{0,1024})$/.exec(text) ?? [];
  if (object === undefined) return undefined;
  return { hourMs: Number(hourMs), skip: Number(skip), object };
}

/** Returns the test of a filter. */
function wantedBy({ node, type, text }: DeliveriesQuery): (delivery: Delivery) => boolean {
  const sought = text?.toLowerCase();
  return (delivery) => {
    if (sought !== undefined && !delivery.body.toLowerCase().includes(sought)) return false;
    if (node === undefined && type === undefined) return true;
    const described = describeDelivery(delivery);
    return (
      (node === undefined || described.nodeIds.includes(node)) &&
      (type === undefined || described.type === type)
    );
  };
}

/** Describes a delivery for the page. */
export function shownDelivery(delivery: Delivery): ShownDelivery {
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
