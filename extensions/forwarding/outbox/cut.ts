import { HOUR_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { Destination } from "../destinations/destination.ts";
import type { BatchMessage, BatchRef, CutMessage, WorkerMessage } from "../messages/attempt-message.ts";
import {
  batchAttributes,
  batchKey,
  decodeHead,
  HEAD,
  headAttributes,
  type LaneHead,
  ONLY_BATCH,
  type OutboxBatch,
} from "./batch-item.ts";
import { changeBatch, deleteBatch } from "./batches.ts";
import { decodeEntry, type Entry } from "./entry.ts";
import { isOrderedLane, ownerOf, partitionOf } from "./lane.ts";
import { type BatchLimits, planCut, planNext } from "./plan-cut.ts";
import { readLane } from "./read-lane.ts";
import { type CutDependencies, withoutRepeated } from "./repeated.ts";
import { storeBatchEvents } from "./taken.ts";

/** A lane that is to be divided into batches. */
export interface CutRequest {
  readonly destination: Destination;
  readonly lane: string;
  /** The lane is divided for events that were added up to this time, epoch milliseconds. */
  readonly addedAtMs: number;
  /**
   * Ids of the queued messages that request the cut. If SQS delivers one of them again, its function
   * continues the cut that was interrupted.
   */
  readonly cutBy: readonly string[];
}

/** The messages to send after a lane was divided, and what to do as soon as they are sent. */
export interface CutResult {
  readonly messages: readonly WorkerMessage[];
  readonly afterwards?: () => Promise<unknown>;
}

/** Batches that are made at once, and their entries. */
const [MAX_BATCHES, MAX_ENTRIES] = [20, 2000];
/** How often a lane is read before it is left for later. */
const MAX_LOOKS = 5;
/** When to read the lane again if another function divides it. */
const BUSY_MS = SECOND_MS;
/** After this time, another function takes over a cut that has not ended. */
const TAKE_OVER_MS = 120 * SECOND_MS;
/** Maximum time between the time in the key of an entry and the write of that entry. */
const LATE_MS = 60 * SECOND_MS;
/**
 * After this time, the message of a batch counts as lost. A message waits less than that: up to 12 hours for
 * its next attempt, and a day for its turn.
 */
const LOST_MS = 48 * HOUR_MS;

/**
 * Divides the events that wait in a lane into batches, and returns the messages that send the batches. If
 * several functions divide a lane at the same time, one of them succeeds.
 *
 * A lane that nodes share can have any number of batches in delivery, so a batch that fails does not delay
 * the others. The lane of a node has one batch in delivery at a time.
 */
export async function cutLane(request: CutRequest, dependencies: CutDependencies): Promise<CutResult> {
  const cut = new Cut(request, dependencies);
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const result = await (isOrderedLane(request.lane) ? cut.ordered() : cut.shared());
    if (result !== undefined) return result;
  }
  return { messages: [cut.lookAgain(BUSY_MS)] };
}

/**
 * Divides a lane once. Each way returns `undefined` if the lane has to be read again: another function was
 * faster, or the SDK repeated the write because the response was lost.
 */
class Cut {
  readonly #request: CutRequest;
  readonly #dependencies: CutDependencies;
  readonly #limits: BatchLimits;
  readonly #partition: string;

  constructor(request: CutRequest, dependencies: CutDependencies) {
    this.#request = request;
    this.#dependencies = dependencies;
    const { batchEvents, batchBytes, batchWaitS } = request.destination;
    // Without batches, each event is sent alone, at once.
    const waitMs = batchEvents === undefined ? 0 : batchWaitS * SECOND_MS;
    this.#limits = { maxEvents: batchEvents ?? 1, maxBytes: batchBytes, waitMs };
    this.#partition = partitionOf(ownerOf(request.destination), request.lane);
  }

  async ordered(): Promise<CutResult | undefined> {
    const { table, nowMs } = this.#dependencies;
    const { destination, lane, cutBy } = this.#request;
    const { maxEvents } = this.#limits;
    const place = { partition: this.#partition, key: ONLY_BATCH };
    const content = await readLane(table, this.#partition, { maxEntries: 2 * maxEvents });
    const [active] = content.batches;
    if (active !== undefined) {
      // A batch without entries was sent and deleted; then a late call wrote its item again.
      if (active.isDone || (content.inBatches.length === 0 && !content.hasMore)) {
        await deleteBatch(table, { ...place, batch: active });
        return undefined;
      }
      // The function that made the batch sends its message, and divides the lane again after that.
      return cutBy.includes(active.cutBy)
        ? this.#complete([active])
        : { messages: await this.#revived([active]) };
    }
    const waiting = { destination, lane, content };
    const { entries, repeated } = await withoutRepeated(waiting, maxEvents, this.#dependencies);
    if (repeated.length > 0) {
      // The lock: no other function may put these entries into a batch meanwhile.
      const gone: OutboxBatch = { ...this.#batchOf(repeated), isDone: true };
      if (await this.#create(gone)) await deleteBatch(table, { ...place, batch: gone });
      return undefined;
    }
    const plan = planNext(entries, this.#limits, nowMs());
    const [first] = plan.batches;
    if (first === undefined)
      return { messages: plan.nextAtMs === undefined ? [] : [this.lookAgain(plan.nextAtMs - nowMs())] };
    const batch = this.#batchOf(first);
    return (await this.#create(batch)) ? this.#complete([batch], first) : undefined;
  }

  async shared(): Promise<CutResult | undefined> {
    const { table, nowMs } = this.#dependencies;
    const { destination, lane, cutBy } = this.#request;
    const item = await table.get(this.#partition, HEAD);
    const head = item === undefined ? undefined : decodeHead(item);
    if (head !== undefined && head.batches.length > 0) {
      const isOwn = cutBy.includes(head.cutBy);
      if (!isOwn && nowMs() - head.atMs < TAKE_OVER_MS) return { messages: [this.lookAgain(BUSY_MS)] };
      // The next cut divides the events that were added since.
      return this.#completeShared(head, [this.lookAgain()]);
    }
    const { cuts = 0, afterMs = 0 } = head ?? {};
    const content = await readLane(table, this.#partition, { afterMs, maxEntries: MAX_ENTRIES });
    const lost = await this.#revived(content.batches);
    const { entries, repeated, lanes } = await withoutRepeated(
      { destination, lane, content },
      MAX_ENTRIES,
      this.#dependencies,
    );
    const { maxEvents, maxBytes } = this.#limits;
    const isFull = ({ count, bytes }: Entry) => count >= maxEvents || bytes >= maxBytes;
    // Those that fill a batch alone end no batch that waits for others.
    const sorted = [...entries.filter(isFull), ...entries.filter((entry) => !isFull(entry))];
    const plan = planCut(sorted, this.#limits, { nowMs: nowMs(), maxBatches: MAX_BATCHES });
    const sent = plan.batches.flat();
    const isPart = content.hasMore || content.entries.length > MAX_ENTRIES;
    const messages = [
      ...lost,
      ...(isPart || plan.batches.length === MAX_BATCHES ? [this.lookAgain()] : this.#whenDue(plan.nextAtMs)),
      // Perhaps no message was sent for the lane in which the first copy of an event waits.
      ...lanes.map((other) => ({ ...this.lookAgain(), lane: other })),
    ];
    if (sent.length === 0 && repeated.length === 0) return { messages };
    // What was not read comes after the last one that was.
    const last = isPart ? content.entries.slice(0, MAX_ENTRIES).slice(-1) : [];
    const left = [...sorted.slice(sent.length), ...sent.slice(-1), ...last];
    const firstMs = Math.min(...left.map(({ addedAtMs }) => addedAtMs), nowMs());
    const next: LaneHead = {
      cuts: cuts + 1,
      batches: plan.batches.map((batch) => this.#batchOf(batch)),
      cutBy: cutBy[0] ?? "",
      atMs: nowMs(),
      afterMs: Math.max(afterMs, firstMs - LATE_MS),
    };
    if (!(await this.#putHead(head, next))) return undefined;
    // Only now is it certain that no other function has put them into a batch.
    await table.deleteAll(
      this.#partition,
      repeated.map((entry) => entry.item),
    );
    return this.#completeShared(next, messages, sent);
  }

  /** Returns the message with which the lane is read again after a time. */
  lookAgain(waitMs = 0): CutMessage {
    const { destination, lane, addedAtMs } = this.#request;
    const { id, createdAtMs } = destination;
    const dueAtMs = this.#dependencies.nowMs() + waitMs;
    return { kind: "cut", destination: id, createdAtMs, lane, addedAtMs, dueAtMs, sentAtMs: dueAtMs };
  }

  /**
   * Returns the message that reads the lane again when the remaining events are due; none if other messages
   * were sent for that.
   */
  #whenDue(nextAtMs: number | undefined): CutMessage[] {
    if (nextAtMs === undefined || nextAtMs - this.#limits.waitMs > this.#request.addedAtMs) return [];
    return [this.lookAgain(nextAtMs - this.#dependencies.nowMs())];
  }

  #batchOf(entries: readonly Entry[]): OutboxBatch {
    const { destination, cutBy } = this.#request;
    const { newId, nowMs } = this.#dependencies;
    return {
      // A request with one event, as without an outbox, has its id.
      id: (destination.batchEvents === undefined ? entries[0]?.webhookId : undefined) ?? newId(),
      entries: entries.map(({ item }) => item),
      addedAtMs: Math.min(...entries.map(({ addedAtMs }) => addedAtMs)),
      ...{ cutBy: cutBy[0] ?? "", aliveAtMs: nowMs(), failedAttempt: 0, isDone: false },
    };
  }

  /** Writes a batch, if there is none at its place. */
  #create(batch: OutboxBatch): Promise<boolean> {
    const { table, nowMs } = this.#dependencies;
    const key = batchKey({ lane: this.#request.lane, id: batch.id });
    return table.put(this.#partition, batchAttributes(key, batch, nowMs()), true);
  }

  /** Returns the messages of batches whose messages must be lost, and stores when they are sent. */
  async #revived(batches: readonly OutboxBatch[]): Promise<BatchMessage[]> {
    const { table, nowMs } = this.#dependencies;
    const { destination, lane } = this.#request;
    const lost = batches.filter(({ aliveAtMs, isDone }) => !isDone && nowMs() - aliveAtMs > LOST_MS);
    for (const batch of lost) {
      const place = { partition: this.#partition, key: batchKey({ lane, id: batch.id }), batch };
      await changeBatch(table, place, "SET aliveAtMs = :now", { ":now": nowMs() });
    }
    return lost.map(({ id, failedAttempt }) =>
      messageOf(destination, { lane, id }, nowMs(), failedAttempt + 1),
    );
  }

  #putHead(before: LaneHead | undefined, next: LaneHead): Promise<boolean> {
    const { table } = this.#dependencies;
    const attributes = headAttributes(next);
    if (before === undefined) return table.put(this.#partition, { item: { S: HEAD }, ...attributes }, true);
    const names = Object.keys(attributes);
    return table.update(this.#partition, HEAD, {
      UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(", ")}`,
      ConditionExpression: "cuts = :before",
      ExpressionAttributeValues: {
        ":before": { N: String(before.cuts) },
        ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
      },
    });
  }

  /** Writes the batches of a head; when their messages are sent, the head is free. */
  async #completeShared(
    head: LaneHead,
    more: readonly WorkerMessage[],
    read: readonly Entry[] = [],
  ): Promise<CutResult> {
    for (const batch of head.batches) await this.#create(batch);
    const { messages } = await this.#complete(head.batches, read);
    const release = {
      UpdateExpression: "SET batches = :none",
      ConditionExpression: "cuts = :cuts",
      ExpressionAttributeValues: { ":none": { L: [] }, ":cuts": { N: String(head.cuts) } },
    };
    const afterwards = () => this.#dependencies.table.update(this.#partition, HEAD, release);
    return { messages: [...messages, ...more], afterwards };
  }

  /** Stores which events are in batches, and returns the messages of the batches. */
  async #complete(batches: readonly OutboxBatch[], read: readonly Entry[] = []): Promise<CutResult> {
    const { table, nowMs } = this.#dependencies;
    const { destination, lane } = this.#request;
    const keysOf = new Map(read.map(({ item, keys }) => [item, keys]));
    // Without batches, the log of attempts has the events that were sent.
    for (const { id, entries } of destination.batchEvents === undefined ? [] : batches) {
      const unread = entries.filter((item) => !keysOf.has(item));
      const items = unread.length === 0 ? [] : await table.getAll(this.#partition, unread);
      for (const { item, keys } of items.map(decodeEntry)) keysOf.set(item, keys);
      const keys = entries.flatMap((item) => keysOf.get(item) ?? []);
      await storeBatchEvents(table, ownerOf(destination), id, keys, nowMs());
    }
    return { messages: batches.map(({ id }) => messageOf(destination, { lane, id }, nowMs(), 1)) };
  }
}

/** Makes the message of a batch. */
export function messageOf(
  { id: destination, createdAtMs }: Destination,
  place: Pick<BatchRef, "lane" | "id">,
  sentAtMs: number,
  attempt: number,
): BatchMessage {
  const batch = { ...place, createdAtMs };
  return { destination, webhookId: batch.id, attempt, sentAtMs, batch };
}
