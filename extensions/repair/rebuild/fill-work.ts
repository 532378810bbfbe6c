import { parseLine } from "@rainhooks/archive/read/parse-line";
import { decode } from "@rainhooks/core/decode/decode";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { retryLeftovers } from "@rainhooks/core/retry";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { Item, Sink } from "@rainhooks/sinks/sink";
import { readOutcomes } from "../verify/delivery-outcomes.ts";
import type { WorkJob } from "../work/job.ts";
import { LineBuffer, partitionOf } from "../work/partitions.ts";
import type { FillCounts } from "./rebuild-state.ts";

/** What was read of objects of the archive. */
export type ReadCounts = Omit<FillCounts, "refused">;

/**
 * Events that are in memory, and are written at once. A node's rows are written once for each such
 * part of its partition.
 */
const MAX_EVENTS = 20_000;
/** Lines that are in memory before they are written. */
const MAX_LINES = 20_000;

/**
 * Keeps the deliveries of objects of the archive, by partition of each of their nodes. Partitions
 * below the first one are left out: they are written.
 *
 * @param range Times of publishing, epoch milliseconds.
 */
export async function keepObjects(
  job: WorkJob,
  keys: readonly string[],
  range: { readonly fromMs: number; readonly toMs: number },
  firstPartition: number,
): Promise<ReadCounts> {
  const buffer = new LineBuffer(job.append, MAX_LINES);
  const counts = { deliveries: 0, events: 0, unknown: 0, unreadable: 0 };
  for await (const { deliveries, unreadable } of readOutcomes(job, keys, range)) {
    counts.unreadable += unreadable.length;
    counts.deliveries += deliveries.filter(({ outcome }) => outcome !== "ignored").length;
    counts.unknown += deliveries.filter(({ outcome }) => outcome === "unknown").length;
    for (const one of deliveries) {
      if (!("event" in one) || job.model.factsOf(one.event).length === 0) continue;
      counts.events += 1;
      for (const partition of new Set(nodesOf(one.event).map(partitionOf)))
        if (partition >= firstPartition) buffer.add(partition, JSON.stringify(one.delivery));
    }
    await buffer.flushIfFull();
  }
  await buffer.flush();
  return counts;
}

/**
 * Writes the rows of a partition. Returns how many events the tables can never take, and up to
 * which of its lines it is written, if not all are.
 *
 * @param after Where an earlier call ended.
 */
export async function writeRows(
  job: WorkJob,
  slot: Slot,
  partition: number,
  after: string | undefined,
) {
  const sink = job.sinkOf(slot);
  let refused = 0;
  let events: RainmakerEvent[] = [];
  const write = async () => {
    const items = events.map(
      (value, index): Item<RainmakerEvent> => ({ id: String(index), value }),
    );
    for (const id of await writeAll(sink, items, job.dependencies.wait))
      if (isFirstPartition(partition, events[Number(id)])) refused += 1;
    events = [];
  };
  for await (const { lines, at } of job.read(partition, after)) {
    for (const line of lines) {
      const delivery = parseLine(line);
      const decoded = delivery === undefined ? undefined : decode(delivery);
      if (decoded?.kind === "event") events.push(decoded.event);
    }
    if (events.length < MAX_EVENTS) continue;
    await write();
    if (job.isLate()) return { refused, after: at };
  }
  if (events.length > 0) await write();
  return { refused };
}

/**
 * An event of several nodes is written, and refused, with the partition of each; it counts with the
 * first one.
 */
function isFirstPartition(partition: number, event: RainmakerEvent | undefined): boolean {
  return event !== undefined && partition === Math.min(...nodesOf(event).map(partitionOf));
}

const MAX_TRIES = 10;
const RETRY = { attempts: MAX_TRIES, baseMs: SECOND_MS, capMs: 30 * SECOND_MS, random: () => 1 };

/**
 * Writes all items to a sink, and repeats for a time what fails.
 *
 * @param wait Waits, for milliseconds.
 * @returns The ids of items that the sink can never take. Of one with `points-rejected`, the valid
 * points are written.
 * @throws {RainhooksError} the failure of an item that could not be written in time.
 */
async function writeAll<Value>(
  sink: Sink<Value>,
  items: readonly Item<Value>[],
  wait: (ms: number) => Promise<unknown>,
): Promise<string[]> {
  const refused: string[] = [];
  const errors = new Map<string, RainhooksError>();
  const write = async (some: readonly Item<Value>[]) => {
    errors.clear();
    for (const { id, error } of await sink.write(some)) {
      if (!error.permanent) errors.set(id, error);
      else if (error.code !== "points-rejected") refused.push(id);
    }
    return some.filter(({ id }) => errors.has(id));
  };
  await retryLeftovers(items, write, { ...RETRY, sleep: async (ms) => void (await wait(ms)) });
  const [cause] = errors.values();
  if (cause === undefined) return refused;
  throw new RainhooksError(cause.code, `${cause.message} It was tried ${MAX_TRIES} times.`, {
    cause,
  });
}
