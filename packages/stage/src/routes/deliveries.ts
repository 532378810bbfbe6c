import { hourOf, startOf } from "@rainhooks/archive/hour";
import { type Archive, type ArchivedObject, listObjects } from "@rainhooks/archive/objects";
import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import { decode } from "@rainhooks/core/decode/decode";
import { isTimeMs } from "@rainhooks/core/decode/time";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { kind } from "@rainhooks/core/fields";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { readNames } from "@rainhooks/node-status/read-names";
import { deliveryFilter, describeDelivery } from "../describe-delivery.ts";
import { eventSummary } from "../event-summary.ts";
import { optional, optionalText, time, wholeNumber } from "../query/params/kinds.ts";
import type { ValuesOf } from "../query/params/param.ts";
import { queryStage } from "../query/query-stage.ts";
import { archiveOf, type StageAccess } from "../stage-access.ts";

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
export interface DeliveriesResponse {
  readonly deliveries: readonly DeliveryRow[];
  /** Back to which time everything was searched. */
  readonly fromMs: number;
  readonly read: number;
  /**
   * Where a further search goes on: `after` of the next query; absent at the beginning of the
   * range.
   */
  readonly next?: string | undefined;
  /** How long after it was published a delivery can be missing in the archive, seconds. */
  readonly delayS: number;
}

const MAX_SUMMARY = 160;
const MAX_BODY = 16_384;
const text = (description: string) =>
  optionalText({ description, placeholder: "text", maxLength: 256 });

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
  from: time({
    description: "When the oldest was published. Default: as far back as there are some.",
  }),
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
  access: StageAccess,
  query: ValuesOf<typeof DELIVERIES_FIELDS>,
  onFound: (delivery: Delivery) => void,
): Promise<DeliveriesResponse> {
  const { bucket, bufferS } = archiveOf(access);
  const { limit, after, from = 0, to = Date.now() } = query;
  const passes = deliveryFilter(query);
  const start = after ?? Math.min(Date.now(), to + LATE_MS);
  const startMs = typeof start === "number" ? start : start.hourMs;
  const hours = Math.floor(startMs / HOUR_MS) - Math.floor(from / HOUR_MS) + 1;
  const archive = { client: access.clients.s3, bucket };
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
    fromMs: Math.max(from, fromMs),
    read,
    next: fromMs <= from ? undefined : `${next.hourMs}.${next.skip}.${next.object}`,
    deliveries: await withNames(access, found.deliveries.map(deliveryRow)),
    delayS: bufferS,
  };
}

/**
 * Looks for a delivery by its id in what was archived last, as far as one request reads;
 * `undefined` if it is not there.
 *
 * @throws {RainhooksError} `not-found` if the stage has no archive.
 */
export async function recentDelivery(
  access: StageAccess,
  id: string,
): Promise<Delivery | undefined> {
  const archive = { client: access.clients.s3, bucket: archiveOf(access).bucket };
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
  const { type, problem, nodeIds, event } = describeDelivery(delivery);
  const summary = event === undefined ? body : eventSummary(event);
  return {
    id,
    sentAtMs,
    topic,
    type,
    problem,
    nodes: nodeIds,
    summary: summary.slice(0, MAX_SUMMARY),
  };
}

/** Returns rows with the names of their first nodes, at half a read unit each. */
export async function withNames(
  access: StageAccess,
  rows: readonly DeliveryRow[],
): Promise<readonly DeliveryRow[]> {
  if (access.outputs.tables[nodeStatusTable.name] === undefined) return rows;
  const ids = rows.flatMap(({ nodes }) => nodes.slice(0, 1));
  const names = await readNames(queryStage(access).stores.nodes, ids);
  return rows.map((row) => ({ ...row, name: names.get(row.nodes[0] ?? "") }));
}

/** Returns what a delivery contains. */
export function deliveryContent(delivery: Delivery): DeliveryContent {
  const decoded = decode(delivery);
  const event = decoded.kind === "undecodable" ? "" : JSON.stringify(decoded.event, undefined, 2);
  return { body: delivery.body.slice(0, MAX_BODY), event: event.slice(0, MAX_BODY) };
}

/**
 * Where a search goes on: in an hour of arrival, at an object, after some of its deliveries. It is
 * plain data.
 */
export interface RecentCursor {
  readonly hourMs: number;
  /** Name of the object, without its folder; empty for the newest of the hour. */
  readonly object: string;
  /** Number of wanted deliveries of the object that were returned already. */
  readonly skip: number;
}

/** Which deliveries to look for in an archive, and how far. */
interface RecentOptions {
  readonly wanted: (delivery: Delivery) => boolean;
  /** Number of deliveries to find. */
  readonly limit: number;
  /**
   * Where to begin: deliveries that arrived up to the hour of this time, epoch milliseconds, or
   * where the search before ended.
   */
  readonly from: number | RecentCursor;
  /** Maximum hours of arrival to search. */
  readonly maxHours: number;
  /** Maximum bytes of objects to read. An object that was begun is read to its end. */
  readonly maxBytes: number;
}

/** What was found, and where it was looked for. */
interface RecentDeliveries {
  /** Newest first. */
  readonly deliveries: readonly Delivery[];
  /** Back to which time everything was searched, epoch milliseconds. */
  readonly fromMs: number;
  /** Number of deliveries that were read. */
  readonly read: number;
  /** Where a further search goes on. */
  readonly next: RecentCursor;
}

/**
 * Finds the newest deliveries of an archive that are wanted: hour by hour, and object by object,
 * back from a time.
 */
export async function recentDeliveries(
  archive: Archive,
  options: RecentOptions,
): Promise<RecentDeliveries> {
  const { wanted, limit, from, maxHours, maxBytes } = options;
  let next: RecentCursor =
    typeof from === "number" ? { hourMs: startOf(hourOf(from)), object: "", skip: 0 } : from;
  const found: Delivery[] = [];
  let read = 0;
  let bytes = 0;
  const end = (fromMs: number): RecentDeliveries => ({
    deliveries: newest(found),
    fromMs,
    read,
    next,
  });
  for (let hours = 0; hours < maxHours; hours += 1) {
    const { hourMs } = next;
    for (const object of await objectsFrom(archive, next)) {
      const name = nameOf(object);
      const skip = name === next.object ? next.skip : 0;
      next = { hourMs, object: name, skip };
      if (bytes >= maxBytes) return end(hourMs + HOUR_MS);
      bytes += object.bytes;
      const all = await deliveriesIn(archive, object);
      read += all.length;
      const taken = newest(all.filter(wanted)).slice(skip, skip + limit - found.length);
      found.push(...taken);
      next = { hourMs, object: name, skip: skip + taken.length };
      if (found.length >= limit) return end(Math.min(...found.map(({ sentAtMs }) => sentAtMs)));
    }
    next = { hourMs: hourMs - HOUR_MS, object: "", skip: 0 };
  }
  return end(next.hourMs + HOUR_MS);
}

async function deliveriesIn(archive: Archive, { key }: ArchivedObject): Promise<Delivery[]> {
  const all: Delivery[] = [];
  for await (const { deliveries } of readObjectLines(archive, key))
    all.push(...deliveries.map(({ delivery }) => delivery));
  return all;
}

function newest(deliveries: readonly Delivery[]): Delivery[] {
  return deliveries.toSorted((one, other) => other.sentAtMs - one.sentAtMs);
}

function nameOf({ key }: ArchivedObject): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/**
 * Lists the objects of an hour at which a search goes on; of each folder, the last one comes first.
 */
async function objectsFrom(
  archive: Archive,
  { hourMs, object: from }: RecentCursor,
): Promise<ArchivedObject[]> {
  const objects: ArchivedObject[] = [];
  for await (const object of listObjects(archive, { fromMs: hourMs, toMs: hourMs + HOUR_MS }))
    if (from === "" || nameOf(object) <= from) objects.push(object);
  return objects.sort((one, other) => (nameOf(one) < nameOf(other) ? 1 : -1));
}
