import { readObjectLines } from "@rainhooks/archive/read/object-lines";
import { parseLine } from "@rainhooks/archive/read/parse-line";
import { decode } from "@rainhooks/core/decode/decode";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { retryLeftovers } from "@rainhooks/core/retry";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import type { Item, Sink } from "@rainhooks/sinks/sink";
import { type DeliveryVerdict, readVerdicts } from "../verify/judged-deliveries.ts";
import type { StoreScope } from "../verify/verify-work.ts";
import { LineBuffer } from "../work/line-buffer.ts";
import type { AppendLines, LinesAt, ReadLines } from "../work/partition-objects.ts";
import { partitionOf } from "../work/partitions.ts";
import type { FillCounts } from "./rebuild-state.ts";

/** Times of publishing, epoch milliseconds. */
export interface FillRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What was read of objects of the archive. */
export type ReadCounts = Omit<FillCounts, "refused">;

/** What was written of a partition. */
export interface WrittenPartition {
  /** Events that the tables can never take. */
  readonly refused: number;
  /** Up to which of its lines it is written, if not all are. */
  readonly after?: string | undefined;
}

/** The parts of filling a slot. */
export interface FillMethods {
  /**
   * Keeps the deliveries of objects of the archive, by partition. Partitions below the first one are left
   * out: they are written.
   */
  keepObjects(keys: readonly string[], range: FillRange, firstPartition: number): Promise<ReadCounts>;
  /**
   * Writes the rows of a partition.
   *
   * @param after Where an earlier call ended.
   */
  writePartition(slot: Slot, partition: number, after: string | undefined): Promise<WrittenPartition>;
}

/** What the work needs. */
export interface FillWorkDependencies {
  readonly judgedStore: () => Promise<StoreScope>;
  /** Returns what writes to a slot. */
  readonly sinkOf: (slot: Slot) => Sink<RainmakerEvent>;
  readonly append: AppendLines;
  readonly read: ReadLines;
  readonly nowMs: () => number;
  /** Waits, for milliseconds. */
  readonly wait: (ms: number) => Promise<unknown>;
  /** Returns true when a call must end soon; another one goes on. */
  readonly isLate: () => boolean;
}

/**
 * Events that are in memory, and are written at once. A node's rows are written once for each such part of
 * its partition.
 */
const MAX_EVENTS = 20_000;
/** Lines that are in memory before they are written. */
const MAX_LINES = 20_000;

/** Does the parts of filling a slot in this process. */
export function fillMethods(dependencies: FillWorkDependencies): FillMethods {
  const { judgedStore, append, read, nowMs, sinkOf } = dependencies;
  return {
    keepObjects: async (keys, range, firstPartition) => {
      const [store, spool] = [await judgedStore(), new LineBuffer(append)];
      const counts = { deliveries: 0, events: 0, unknown: 0, unreadable: 0 };
      for (const key of keys)
        await keepObject(key, range, { ...store, firstPartition, spool, counts, nowMs });
      await spool.flush();
      return counts;
    },
    writePartition: (slot, partition, after) =>
      writePartition(partition, read(partition, after), sinkOf(slot), dependencies),
  };
}

interface KeepDependencies extends StoreScope {
  readonly firstPartition: number;
  readonly spool: LineBuffer;
  readonly counts: { deliveries: number; events: number; unknown: number; unreadable: number };
  readonly nowMs: () => number;
}

async function keepObject(key: string, range: FillRange, dependencies: KeepDependencies): Promise<void> {
  const { archive, webhook, spool, counts } = dependencies;
  const lines = readVerdicts(readObjectLines(archive, key), range, webhook, dependencies);
  for await (const { deliveries, unreadable } of lines) {
    counts.unreadable += unreadable.length;
    let isFull = false;
    for (const one of deliveries) isFull = keepDelivery(one, dependencies) || isFull;
    if (isFull) await spool.flush();
  }
}

/** Returns true when the spool is full. */
function keepDelivery(one: DeliveryVerdict, dependencies: KeepDependencies): boolean {
  const { counts } = dependencies;
  if (one.outcome !== "ignored") counts.deliveries += 1;
  if (one.outcome === "unknown") counts.unknown += 1;
  if (!("event" in one) || !isKept(one.event, dependencies)) return false;
  counts.events += 1;
  return addLine(one, dependencies);
}

/** False for an event of which all is past its time to live. */
function isKept(event: RainmakerEvent, { model, nowMs }: KeepDependencies): boolean {
  const facts = model.factsOf(event);
  return facts.some(
    ({ name, value }) => (model.expiresAtMs(name, value) ?? Number.POSITIVE_INFINITY) > nowMs(),
  );
}

/** Adds a delivery to the partition of each of its nodes. Returns true when the spool is full. */
function addLine(
  { delivery, event }: Extract<DeliveryVerdict, { readonly event: RainmakerEvent }>,
  { firstPartition, spool }: KeepDependencies,
): boolean {
  const line = JSON.stringify(delivery);
  let isFull = false;
  for (const partition of new Set(nodesOf(event).map(partitionOf)))
    if (partition >= firstPartition) isFull = spool.add(partition, line) >= MAX_LINES || isFull;
  return isFull;
}

async function writePartition(
  partition: number,
  files: AsyncIterable<LinesAt>,
  sink: Sink<RainmakerEvent>,
  { wait, isLate }: Pick<FillWorkDependencies, "wait" | "isLate">,
): Promise<WrittenPartition> {
  let refused = 0;
  const write = async (events: readonly RainmakerEvent[]) => {
    const items = events.map((value, index): Item<RainmakerEvent> => ({ id: String(index), value }));
    for (const id of await writeAll(sink, items, wait))
      if (isFirstPartition(partition, events[Number(id)])) refused += 1;
  };
  let events: RainmakerEvent[] = [];
  for await (const { lines, at } of files) {
    for (const line of lines) {
      const delivery = parseLine(line);
      const decoded = delivery === undefined ? undefined : decode(delivery);
      if (decoded?.kind === "event") events.push(decoded.event);
    }
    if (events.length < MAX_EVENTS) continue;
    await write(events);
    events = [];
    if (isLate()) return { refused, after: at };
  }
  if (events.length > 0) await write(events);
  return { refused };
}

/**
 * An event of several nodes is written, and refused, with the partition of each; it counts with the first
 * one.
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
 * @returns The ids of items that the sink can never take. Of one with `points-rejected`, the valid points are
 * written.
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
    const failures = await sink.write(some);
    for (const { id, error } of failures)
      if (error.permanent && error.code !== "points-rejected") refused.push(id);
    errors.clear();
    for (const { id, error } of failures) if (!error.permanent) errors.set(id, error);
    return some.filter(({ id }) => errors.has(id));
  };
  const left = await retryLeftovers(items, write, { ...RETRY, sleep: async (ms) => void (await wait(ms)) });
  const [failure] = left.flatMap(({ id }) => errors.get(id) ?? []);
  if (failure !== undefined) throw givenUp(failure);
  return refused;
}

function givenUp(cause: RainhooksError): RainhooksError {
  return new RainhooksError(cause.code, `${cause.message} It was tried ${MAX_TRIES} times.`, { cause });
}
