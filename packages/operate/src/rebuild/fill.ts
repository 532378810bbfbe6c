import { parseLine } from "@rainhooks/archive";
import { decode, nodesOf, type RainmakerEvent } from "@rainhooks/core";
import type { FactModel, Item, Sink } from "@rainhooks/sinks";
import {
  type JudgedDelivery,
  type JudgedWebhook,
  type JudgeParts,
  judgedDeliveries,
} from "../verify/judged-deliveries.ts";
import { BUCKETS, bucketOf, Partitions } from "../verify/partitions.ts";
import type { FillCounts } from "./state.ts";
import { writeAll } from "./write-all.ts";

/** What filling a slot from the archive needs. */
export interface FillParts extends JudgeParts {
  readonly model: FactModel;
  readonly webhook: JudgedWebhook;
  /** Writes to the slot. */
  readonly sink: Sink<RainmakerEvent>;
  readonly nowMs: () => number;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
  /** Folder for the files. @defaultValue the system's folder for temporary files */
  readonly folder?: string | undefined;
  readonly onProgress?: (text: string) => void;
  /** Called when a bucket has been written, with the number of those that are, and what was read. */
  readonly onBucket: (buckets: number, counts: FillCounts) => Promise<void>;
}

/** Events that are in memory, and are written at once. A node's rows are written once for each such part of its bucket. */
const MAX_EVENTS = 20_000;
/** Lines that are in memory before they are written to disk. */
const MAX_LINES = 20_000;

/**
 * Writes what a webhook has handled to a slot: reads the archive once, keeps the deliveries on disk by bucket of their nodes' ids, and writes
 * bucket by bucket, so that each row is written once for each 20,000 events of its bucket.
 *
 * @param range Times of publishing.
 * @param done What an earlier run has done: the number of buckets that are written, and of events that the tables refused.
 */
export async function fillSlot(
  range: { readonly fromMs: number; readonly toMs: number },
  { buckets: firstBucket, refused: refusedBefore }: { readonly buckets: number; readonly refused: number },
  parts: FillParts,
): Promise<void> {
  const { onProgress = () => undefined } = parts;
  const partitions = await Partitions.open(parts.folder, "rainhooks-rebuild-");
  try {
    const counts = await partition(range, firstBucket, partitions, parts);
    let refused = refusedBefore;
    for (let bucket = firstBucket; bucket < BUCKETS; bucket += 1) {
      onProgress(`writing: bucket ${bucket + 1} of ${BUCKETS}`);
      for await (const items of eventsOf(partitions.read(bucket))) {
        const events = new Map(items.map(({ id, value }) => [id, value]));
        for (const id of await writeAll(parts.sink, items, parts.wait))
          if (isFirstBucket(bucket, events.get(id))) refused += 1;
      }
      await parts.onBucket(bucket + 1, { ...counts, refused });
    }
  } finally {
    await partitions.close();
  }
}

/** An event of several nodes is written, and refused, with the bucket of each; it counts with the first one. */
function isFirstBucket(bucket: number, event: RainmakerEvent | undefined): boolean {
  return event !== undefined && bucket === Math.min(...nodesOf(event).map(bucketOf));
}

async function partition(
  range: { readonly fromMs: number; readonly toMs: number },
  firstBucket: number,
  partitions: Partitions,
  parts: FillParts,
): Promise<Omit<FillCounts, "refused">> {
  const { onProgress = () => undefined } = parts;
  const counts = { deliveries: 0, events: 0, unknown: 0, unreadable: 0 };
  let lines = new Map<number, string[]>();
  let held = 0;
  for await (const { deliveries, unreadable } of judgedDeliveries(range, parts.webhook, parts)) {
    counts.unreadable += unreadable.length;
    for (const one of deliveries) {
      if (one.outcome !== "ignored") counts.deliveries += 1;
      if (one.outcome === "unknown") counts.unknown += 1;
      if (!("event" in one) || !isKept(one.event, parts)) continue;
      counts.events += 1;
      held += addLine(lines, one, firstBucket);
    }
    if (held >= MAX_LINES) {
      await partitions.append(lines);
      [lines, held] = [new Map(), 0];
    }
    onProgress(`reading the archive: ${counts.deliveries} deliveries`);
  }
  await partitions.append(lines);
  return counts;
}

/** False for an event of which all is past its time to live. */
function isKept(event: RainmakerEvent, { model, nowMs }: FillParts): boolean {
  const facts = model.factsOf(event);
  return facts.some(
    ({ name, value }) => (model.expiresAtMs(name, value) ?? Number.POSITIVE_INFINITY) > nowMs(),
  );
}

function addLine(
  lines: Map<number, string[]>,
  { delivery, event }: Extract<JudgedDelivery, { readonly event: RainmakerEvent }>,
  firstBucket: number,
): number {
  const buckets = new Set(nodesOf(event).map(bucketOf));
  let added = 0;
  for (const bucket of buckets) {
    if (bucket < firstBucket) continue;
    const line = JSON.stringify(delivery);
    const some = lines.get(bucket);
    if (some === undefined) lines.set(bucket, [line]);
    else some.push(line);
    added += 1;
  }
  return added;
}

/** Reads lines back as events, many at a time. */
async function* eventsOf(lines: AsyncIterable<readonly string[]>): AsyncGenerator<Item<RainmakerEvent>[]> {
  let events: RainmakerEvent[] = [];
  for await (const some of lines) {
    for (const line of some) {
      const delivery = parseLine(line);
      const decoded = delivery === undefined ? undefined : decode(delivery);
      if (decoded?.kind === "event") events.push(decoded.event);
    }
    if (events.length < MAX_EVENTS) continue;
    yield itemsOf(events);
    events = [];
  }
  if (events.length > 0) yield itemsOf(events);
}

function itemsOf(events: readonly RainmakerEvent[]): Item<RainmakerEvent>[] {
  return events.map((value, index) => ({ id: String(index), value }));
}
