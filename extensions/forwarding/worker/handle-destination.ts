import { mapLimited } from "@rainhooks/core/collections";
import { type DecodeResult, decode } from "@rainhooks/core/decode/decode";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationHealth } from "../health/health.ts";
import type { AttemptMessage, RequestEvent } from "../messages/attempt-message.ts";
import { type BatchClaim, CLAIM_MS, claimBatch, type OpenBatch } from "../outbox/batches.ts";
import type { PauseKey } from "../pauses/pause.ts";
import { pauseFor } from "../pauses/recoverable.ts";
import { decideAfter } from "./decide.ts";
import { isTest, refusalOf } from "./refuse.ts";
import type { AttemptItem, DestinationResults, MessageOutcome, Result } from "./results.ts";
import { SlowWatch } from "./slow-watch.ts";
import { type ReadyMessage, SHORT_WAIT_MS, withTurns } from "./turns-of.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** A destination, and its health when a batch begins. */
export interface DestinationBatch {
  readonly destination: Destination;
  readonly health: DestinationHealth;
  readonly items: readonly AttemptItem[];
  /** The batches of messages that have one. */
  readonly batches: ReadonlyMap<AttemptItem, OpenBatch>;
  /** Returns the milliseconds in which the last attempt must have ended. */
  readonly remainingMs: () => number;
}

/** Maximum time of an attempt; none begins when less is left. */
export const ATTEMPT_MS = 15 * SECOND_MS;

/** Handles the messages for one destination. It never throws. */
export async function handleDestination(
  batch: DestinationBatch,
  options: AttemptWorkerOptions,
): Promise<DestinationResults> {
  const { destination, health, items } = batch;
  const refusal = refusalOf(destination);
  const early = (item: AttemptItem): MessageOutcome | undefined => {
    const { dueAtMs = 0 } = item.value;
    if (refusal !== undefined && !isTest(item.value.webhookId)) {
      const pause = pauseOf(item, destination, options);
      return pause === undefined ? { kind: "failed", error: refusal } : { kind: "missed", pause };
    }
    if (dueAtMs - options.nowMs() > SHORT_WAIT_MS) return { kind: "later", message: item.value };
    if (mayMove(item.value, options) && health.slowUntilMs > options.nowMs()) return moved(item.value);
    return undefined;
  };
  const decided = items.map((item) => ({ item, handled: early(item) }));
  const ready = decided.flatMap(({ item, handled }) => (handled === undefined ? [item] : []));
  const attempts = new Attempts(batch, options);
  const attempted = await attempts.make(await withTurns(ready, destination, options));
  return {
    results: [
      ...decided.flatMap(({ item, handled }) => (handled === undefined ? [] : [{ item, handled }])),
      ...attempted,
    ],
    wasSlow: attempts.wasSlow,
    ...(attempts.gone === undefined ? {} : { gone: attempts.gone }),
  };
}

/**
 * Returns the pause in which the destination misses all events of a message; `undefined` if there is none, or
 * one of them is not archived, and would be lost.
 */
function pauseOf(
  { value }: AttemptItem,
  destination: Destination,
  { archived }: AttemptWorkerOptions,
): PauseKey | undefined {
  const event = eventIn(value);
  if (event instanceof RainhooksError) return undefined;
  const { events = [] } = value;
  const pauses = [event, ...events.map((one) => one.event)].map(({ type }) =>
    pauseFor(destination, type, archived),
  );
  return pauses.includes(undefined) ? undefined : pauses[0];
}

/** First attempts for slow destinations are made from the queue of retries. */
function mayMove({ webhookId }: AttemptMessage, { queue }: AttemptWorkerOptions): boolean {
  return queue === "first" && !isTest(webhookId);
}

function moved(message: AttemptMessage): MessageOutcome {
  return { kind: "later", message: { ...message, isWaiting: true } };
}

/** The attempts of a batch for one destination. */
class Attempts {
  gone: string | undefined;
  readonly #batch: DestinationBatch;
  readonly #options: AttemptWorkerOptions;
  readonly #watch: SlowWatch;

  constructor(batch: DestinationBatch, options: AttemptWorkerOptions) {
    this.#batch = batch;
    this.#options = options;
    this.#watch = new SlowWatch({ id: batch.destination.id, health: batch.health }, options);
  }

  get wasSlow(): boolean {
    return this.#watch.isSlow;
  }

  async make(ready: readonly (ReadyMessage | Result)[]): Promise<Result[]> {
    const results = await mapLimited(ready, this.#batch.destination.concurrency, async (one) =>
      "handled" in one ? one : this.#attempt(one),
    );
    await this.#watch.settled();
    return results;
  }

  async #attempt({ item, atMs }: ReadyMessage): Promise<Result> {
    const { nowMs, sleep } = this.#options;
    const waitMs = atMs - nowMs();
    if (waitMs > 0) await sleep(waitMs);
    if (this.#batch.remainingMs() < ATTEMPT_MS)
      return { item, handled: { kind: "failed", error: NOT_ATTEMPTED } };
    if (this.wasSlow && mayMove(item.value, this.#options)) return { item, handled: moved(item.value) };
    const event = eventIn(item.value);
    if (event instanceof RainhooksError) return { item, handled: { kind: "failed", error: event } };
    try {
      if (await this.#hasArrived(item.value)) return { item, handled: { kind: "done" } };
      const claim = await this.#claim(item);
      if (claim === "old") return { item, handled: { kind: "done", isCopy: true } };
      if (claim === "busy") {
        const message = { ...item.value, dueAtMs: this.#options.nowMs() + CLAIM_MS };
        return { item, handled: { kind: "later", message } };
      }
    } catch (thrown) {
      return { item, handled: { kind: "failed", error: toRainhooksError(thrown) } };
    }
    return this.#send(item, event);
  }

  /** Whether a destination has got an event: by another message for it, or with all that it had missed. */
  async #hasArrived({ attempt, webhookId, delivery, isAgain = false }: AttemptMessage): Promise<boolean> {
    const { id, resumedAtMs = 0 } = this.#batch.destination;
    if (!isAgain && (attempt === 1 || delivery.sentAtMs >= resumedAtMs)) return false;
    return this.#options.isDelivered(webhookId, id);
  }

  /** Claims the batch of a message; one event is not claimed. */
  async #claim(item: AttemptItem): Promise<BatchClaim> {
    const open = this.#batch.batches.get(item);
    if (open === undefined) return "claimed";
    const { outbox, nowMs } = this.#options;
    return claimBatch(outbox.table, open, item.value.attempt, nowMs());
  }

  async #send(item: AttemptItem, event: RainmakerEvent): Promise<Result> {
    const { destination } = this.#batch;
    const { sender, secretsOf, limits } = this.#options;
    const watch = this.#watch;
    const { delivery, webhookId, attempt } = item.value;
    const secrets = () => secretsOf(destination);
    const events = item.value.events ?? [{ event, delivery, webhookId }];
    const request = { destination, secrets, delivery, event, webhookId, attempt };
    const sent = await watch.during(
      sender.sendOnce({ ...request, ...(isList(destination, events) ? { events } : {}) }),
    );
    if (sent.record.durationMs > limits.slowMs) watch.noteSlow();
    const { result, gone } = decideAfter({ item, destination, sent }, this.#options);
    if (gone !== undefined) this.gone = gone;
    return result;
  }
}

/**
 * Whether a request has a list of events. One that was made before batches were switched off can have
 * several, too.
 */
function isList({ batchEvents }: Destination, events: readonly RequestEvent[]): boolean {
  return batchEvents !== undefined || events.length > 1;
}

/** Returns the event of a message; of a batch, the first. */
export function eventIn({ events: [first] = [], delivery }: AttemptMessage): RainmakerEvent | RainhooksError {
  return first?.event ?? eventOf(decode(delivery));
}

function eventOf(decoded: DecodeResult): RainmakerEvent | RainhooksError {
  if (decoded.kind === "event") return decoded.event;
  if (decoded.kind === "undecodable") return decoded.error;
  return new RainhooksError("data-invalid", "The message has no event of a known type.", { permanent: true });
}

const NOT_ATTEMPTED = new RainhooksError(
  "not-attempted",
  "The time of the batch is up before an attempt could be made. It comes again.",
);
