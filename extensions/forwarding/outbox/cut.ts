import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { HOUR_MS, SECOND_MS } from "@rainhooks/core/durations";
import type { Destination } from "../destinations/destination.ts";
import type { BatchMessage, WorkerMessage } from "../messages/attempt-message.ts";
import { storeBatchEvents } from "./batch-events.ts";
import { changeBatch, deleteBatch, type OutboxBatch, putBatch } from "./batches.ts";
import { decodeEntry, type Entry, OUTBOX_KEEP_MS } from "./entry.ts";
import { isOrderedLane, type LaneMessage } from "./lane.ts";
import { type BatchLimits, planCut, planNext } from "./plan-cut.ts";
import { readLane } from "./read-lane.ts";
import { type CutDependencies, withoutRepeated } from "./repeated.ts";
import { Lane } from "./store.ts";

/** A lane that is to be divided into batches. */
export interface CutRequest {
  readonly destination: Destination;
  readonly lane: string;
  /** The lane is divided for events that were added up to this time, epoch milliseconds. */
  readonly addedAtMs: number;
  /**
   * Ids of the queued messages that request the cut. If SQS delivers one of them again, its
   * function continues the cut that was interrupted.
   */
  readonly cutBy: readonly string[];
}

/** The messages to send after a lane was divided, and what to do as soon as they are sent. */
export interface CutResult {
  readonly messages: readonly WorkerMessage[];
  readonly afterwards?: () => Promise<unknown>;
}

/** Batches that are made at once, and their entries. */
const MAX_BATCHES = 20;
const MAX_ENTRIES = 2000;
/** When to read the lane again if another function divides it. */
const BUSY_MS = SECOND_MS;
/** After this time, another function takes over a cut that has not ended. */
const TAKE_OVER_MS = 120 * SECOND_MS;
/** Maximum time between the time in the key of an entry and the write of that entry. */
const LATE_MS = 60 * SECOND_MS;
/**
 * After this time, the message of a batch counts as lost. A message waits less than that: up to 12
 * hours for its next attempt, and a day for its turn.
 */
const LOST_MS = 48 * HOUR_MS;

/**
 * Divides the events that wait in a lane into batches, and returns the messages that send the
 * batches. If several functions divide a lane at the same time, one of them succeeds.
 *
 * A lane that nodes share can have any number of batches in delivery, so a batch that fails does
 * not delay the others. The lane of a node has one batch in delivery at a time.
 */
export async function cutLane(
  request: CutRequest,
  dependencies: CutDependencies,
): Promise<CutResult> {
  const cut = new Cut(request, dependencies);
  const result = await (isOrderedLane(request.lane) ? cut.ordered() : cut.shared());
  return result ?? cutLane(request, dependencies);
}

/** How far a lane that nodes share has been divided. */
interface LaneHead {
  /** Number of times that it has been divided. */
  readonly cuts: number;
  /** The batches that are being made; empty when each of them has its item and its message. */
  readonly batches: readonly OutboxBatch[];
  /** Id of the queued message for which they are made. */
  readonly cutBy: string;
  /** When that began, epoch milliseconds. */
  readonly atMs: number;
  /** Entries of before this time are in batches, epoch milliseconds. */
  readonly afterMs: number;
}

/** Key of the head of a lane: the first of its items. */
const HEAD = "a";

/**
 * Divides a lane once. Each way returns `undefined` if the lane has to be read again: something was
 * deleted, another function was faster, or the SDK repeated the write because the response was
 * lost.
 */
class Cut {
  readonly #request: CutRequest;
  readonly #dependencies: CutDependencies;
  readonly #limits: BatchLimits;
  readonly #lane: Lane;

  constructor(request: CutRequest, dependencies: CutDependencies) {
    this.#request = request;
    this.#dependencies = dependencies;
    const { batchEvents, batchBytes, batchWaitS } = request.destination;
    // Without batches, each event is sent alone, at once.
    const waitMs = batchEvents === undefined ? 0 : batchWaitS * SECOND_MS;
    this.#limits = { maxEvents: batchEvents ?? 1, maxBytes: batchBytes, waitMs };
    this.#lane = new Lane(dependencies.table, request.destination, request.lane);
  }

  async ordered(): Promise<CutResult | undefined> {
    const { destination, cutBy } = this.#request;
    const { maxEvents } = this.#limits;
    const lane = this.#lane;
    const nowMs = this.#dependencies.nowMs();
    const content = await readLane(lane, { maxEntries: 3 * maxEvents + 1 });
    const [active] = content.batches;
    if (active !== undefined) {
      // A batch without entries was sent and deleted; then a late call wrote its item again.
      if (active.isDone || (content.inBatches.length === 0 && !content.hasMore))
        return void (await deleteBatch({ lane, batch: active }));
      // The function that made the batch sends its message, and divides the lane again after that.
      return cutBy.includes(active.cutBy)
        ? this.#complete([active])
        : { messages: await this.#revived([active]) };
    }
    const waiting = { destination, lane, content };
    const { entries, repeated } = await withoutRepeated(waiting, maxEvents, this.#dependencies);
    if (repeated.length > 0) {
      // The lock: no other function may put these entries into a batch meanwhile.
      const gone = { lane, batch: { ...this.#batchOf(repeated), isDone: true } };
      if (await putBatch(gone, nowMs)) await deleteBatch(gone);
      return undefined;
    }
    const plan = planNext(entries, this.#limits, nowMs);
    const [first] = plan.batches;
    if (first === undefined)
      return {
        messages: plan.nextAtMs === undefined ? [] : [this.#lookAgain(plan.nextAtMs - nowMs)],
      };
    const batch = this.#batchOf(first);
    return (await putBatch({ lane, batch }, nowMs)) ? this.#complete([batch], first) : undefined;
  }

  async shared(): Promise<CutResult | undefined> {
    const { destination, cutBy } = this.#request;
    const { maxEvents, maxBytes } = this.#limits;
    const lane = this.#lane;
    const nowMs = this.#dependencies.nowMs();
    const head = await this.#head();
    const { cuts, afterMs } = head;
    if (head.batches.length > 0) {
      const isOwn = cutBy.includes(head.cutBy);
      if (!isOwn && nowMs - head.atMs < TAKE_OVER_MS)
        return { messages: [this.#lookAgain(BUSY_MS)] };
      // The next cut divides the events that were added since.
      return this.#completeShared(head, [this.#lookAgain()]);
    }
    const content = await readLane(lane, { afterMs, maxEntries: MAX_ENTRIES });
    const lost = await this.#revived(content.batches);
    const waiting = { destination, lane, content };
    const { entries, repeated, lanes } = await withoutRepeated(
      waiting,
      MAX_ENTRIES,
      this.#dependencies,
    );
    const isFull = ({ count, bytes }: Entry) => count >= maxEvents || bytes >= maxBytes;
    // Those that fill a batch alone end no batch that waits for others.
    const sorted = [...entries.filter(isFull), ...entries.filter((entry) => !isFull(entry))];
    const plan = planCut(sorted, this.#limits, { nowMs, maxBatches: MAX_BATCHES });
    const sent = plan.batches.flat();
    const isPart = content.hasMore || content.entries.length > MAX_ENTRIES;
    const messages = [
      ...lost,
      ...(isPart || plan.batches.length === MAX_BATCHES
        ? [this.#lookAgain()]
        : this.#whenDue(plan.nextAtMs)),
      // Perhaps no message was sent for the lane in which the first copy of an event waits.
      ...lanes.map((other) => ({ ...this.#lookAgain(), lane: other })),
    ];
    if (sent.length === 0 && repeated.length === 0) return { messages };
    // What was not read comes after the last one that was.
    const last = isPart ? content.entries.slice(0, MAX_ENTRIES).slice(-1) : [];
    const left = [...sorted.slice(sent.length), ...sent.slice(-1), ...last];
    const firstMs = Math.min(...left.map(({ addedAtMs }) => addedAtMs), nowMs);
    const next: LaneHead = {
      cuts: cuts + 1,
      cutBy: cutBy[0] ?? "",
      atMs: nowMs,
      batches: plan.batches.map((batch) => this.#batchOf(batch)),
      afterMs: Math.max(afterMs, firstMs - LATE_MS),
    };
    if (!(await this.#changeHead(cuts, next))) return undefined;
    // Only now is it certain that no other function has put them into a batch.
    await lane.deleteAll(repeated.map((entry) => entry.item));
    return this.#completeShared(next, messages, sent);
  }

  /** Returns the message with which the lane is read again after a time. */
  #lookAgain(waitMs = 0): LaneMessage {
    const { lane, addedAtMs, destination } = this.#request;
    const { id, createdAtMs } = destination;
    const dueAtMs = this.#dependencies.nowMs() + waitMs;
    return { kind: "cut", destination: id, createdAtMs, lane, addedAtMs, dueAtMs };
  }

  /**
   * Returns the message that reads the lane again when the remaining events are due; none if other
   * messages were sent for that.
   */
  #whenDue(nextAtMs: number | undefined): LaneMessage[] {
    if (nextAtMs === undefined || nextAtMs - this.#limits.waitMs > this.#request.addedAtMs)
      return [];
    return [this.#lookAgain(nextAtMs - this.#dependencies.nowMs())];
  }

  #batchOf(entries: readonly Entry[]): OutboxBatch {
    const { destination, cutBy } = this.#request;
    const { newId, nowMs } = this.#dependencies;
    return {
      // A request with one event, as without an outbox, has its id.
      id: (destination.batchEvents === undefined ? entries[0]?.webhookId : undefined) ?? newId(),
      entries: entries.map(({ item }) => item),
      addedAtMs: Math.min(...entries.map(({ addedAtMs }) => addedAtMs)),
      cutBy: cutBy[0] ?? "",
      aliveAtMs: nowMs(),
      failedAttempt: 0,
      isDone: false,
    };
  }

  /** Returns the messages of batches whose messages must be lost, and stores when they are sent. */
  async #revived(batches: readonly OutboxBatch[]): Promise<BatchMessage[]> {
    const { destination, lane } = this.#request;
    const nowMs = this.#dependencies.nowMs();
    const lost = batches.filter(({ aliveAtMs, isDone }) => !isDone && nowMs - aliveAtMs > LOST_MS);
    for (const batch of lost)
      await changeBatch({ lane: this.#lane, batch }, "SET aliveAtMs = :now", { ":now": nowMs });
    return lost.map(({ id, failedAttempt }) => messageOf(destination, lane, id, failedAttempt + 1));
  }

  async #head(): Promise<LaneHead> {
    const item = await this.#lane.get(HEAD);
    const {
      cuts = 0,
      batches = [],
      cutBy = "",
      atMs = 0,
      afterMs = 0,
    } = item ? unmarshall(item) : {};
    return { cuts, batches, cutBy, atMs, afterMs };
  }

  /**
   * Changes the head of the lane, unless another function has divided it since; returns whether it
   * did.
   */
  #changeHead(cuts: number, change: Partial<LaneHead>): Promise<boolean> {
    const expiresAtS = Math.ceil((this.#dependencies.nowMs() + OUTBOX_KEEP_MS) / 1000);
    const values = Object.entries({ ...change, expiresAtS });
    return this.#lane.update(HEAD, {
      UpdateExpression: `SET ${values.map(([name]) => `${name} = :${name}`).join(", ")}`,
      ConditionExpression: cuts === 0 ? "attribute_not_exists(cuts)" : "cuts = :before",
      ExpressionAttributeValues: marshall({
        ...(cuts === 0 ? {} : { ":before": cuts }),
        ...Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
      }),
    });
  }

  /** Writes the batches of a head; when their messages are sent, the head is free. */
  async #completeShared(
    { batches, cuts }: LaneHead,
    more: readonly WorkerMessage[],
    read: readonly Entry[] = [],
  ): Promise<CutResult> {
    for (const batch of batches)
      await putBatch({ lane: this.#lane, batch }, this.#dependencies.nowMs());
    const { messages } = await this.#complete(batches, read);
    return {
      messages: [...messages, ...more],
      afterwards: () => this.#changeHead(cuts, { batches: [] }),
    };
  }

  /** Stores which events are in batches, and returns the messages of the batches. */
  async #complete(
    batches: readonly OutboxBatch[],
    read: readonly Entry[] = [],
  ): Promise<CutResult> {
    const { destination, lane } = this.#request;
    const keysOf = new Map(read.map(({ item, keys }) => [item, keys]));
    // Without batches, the log of attempts has the events that were sent.
    for (const { id, entries } of destination.batchEvents === undefined ? [] : batches) {
      const unread = entries.filter((item) => !keysOf.has(item));
      const items = unread.length === 0 ? [] : await this.#lane.getAll(unread);
      for (const { item, keys } of items.map(decodeEntry)) keysOf.set(item, keys);
      const keys = entries.flatMap((item) => keysOf.get(item) ?? []);
      await storeBatchEvents(this.#lane, id, keys, this.#dependencies.nowMs());
    }
    return { messages: batches.map(({ id }) => messageOf(destination, lane, id, 1)) };
  }
}

/** Makes the message of a batch. */
export function messageOf(
  { id: destination, createdAtMs }: Destination,
  lane: string,
  id: string,
  attempt: number,
): BatchMessage {
  return { destination, webhookId: id, attempt, batch: { lane, id, createdAtMs } };
}
