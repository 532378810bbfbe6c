import {
  type Decoded,
  decode,
  mapLimited,
  RainhooksError,
  type RainmakerEvent,
  SECOND_MS,
  toRainhooksError,
} from "@rainhooks/core";
import type { Destination } from "../destinations/destination.ts";
import type { DestinationHealth } from "../health/health.ts";
import { takeTurns } from "../health/turns.ts";
import type { AttemptMessage } from "../messages/attempt-message.ts";
import { nextAttempt } from "../schedule/next-attempt.ts";
import type { Sent } from "../send/request.ts";
import type { AttemptWorkerOptions } from "./options.ts";
import { isTest, refusalOf } from "./refuse.ts";
import type { AttemptItem, DestinationResults, Handled, Result } from "./results.ts";
import { SlowWatch } from "./slow-watch.ts";

/** A destination, and what is known when a batch begins. */
export interface DestinationBatch {
  readonly destination: Destination;
  readonly health: DestinationHealth;
  readonly items: readonly AttemptItem[];
  /** Returns the milliseconds in which the last attempt must have ended. */
  readonly remainingMs: () => number;
}

/** Maximum time of an attempt; none begins when less is left. */
export const ATTEMPT_MS = 15 * SECOND_MS;

/** Waits up to this long are made here; for longer ones, the message goes back to a queue. */
const SHORT_WAIT_MS = SECOND_MS;

/** Handles the messages for one destination. It never throws. */
export async function handleDestination(
  batch: DestinationBatch,
  options: AttemptWorkerOptions,
): Promise<DestinationResults> {
  const { destination, health, items } = batch;
  const refusal = refusalOf(destination);
  const early = (item: AttemptItem): Handled | undefined => {
    const { webhookId, dueAtMs = 0 } = item.value;
    if (refusal !== undefined && !isTest(webhookId)) return { kind: "failed", error: refusal };
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

/** First attempts for slow destinations are made from the queue of retries. */
function mayMove({ webhookId }: AttemptMessage, { queue }: AttemptWorkerOptions): boolean {
  return queue === "first" && !isTest(webhookId);
}

function moved(message: AttemptMessage): Handled {
  return { kind: "later", message: { ...message, isWaiting: true } };
}

/** A message, and when its attempt may be made. */
interface Ready {
  readonly item: AttemptItem;
  readonly atMs: number;
}

/** Takes a turn for each message, if the destination has a rate. */
async function withTurns(
  items: readonly AttemptItem[],
  { id, ratePerS }: Destination,
  { store, nowMs }: AttemptWorkerOptions,
): Promise<(Ready | Result)[]> {
  const owed = items.filter(({ value: { hasTurn, webhookId } }) => hasTurn !== true && !isTest(webhookId));
  if (ratePerS === undefined || owed.length === 0)
    return items.map((item) => ({ item, atMs: item.value.dueAtMs ?? 0 }));
  try {
    const turns = await takeTurns(store, id, { count: owed.length, ratePerS, nowMs: nowMs() });
    const turnOf = new Map(owed.map((item, index) => [item, turns[index]]));
    return items.map((item) => {
      const atMs = turnOf.get(item) ?? item.value.dueAtMs ?? 0;
      if (atMs - nowMs() <= SHORT_WAIT_MS) return { item, atMs };
      return { item, handled: { kind: "later", message: { ...item.value, dueAtMs: atMs, hasTurn: true } } };
    });
  } catch (thrown) {
    const error = toRainhooksError(thrown);
    return items.map((item) => ({ item, handled: { kind: "failed", error } }));
  }
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

  async make(ready: readonly (Ready | Result)[]): Promise<Result[]> {
    const results = await mapLimited(ready, this.#batch.destination.concurrency, async (one) =>
      "handled" in one ? one : this.#attempt(one),
    );
    await this.#watch.settled();
    return results;
  }

  async #attempt({ item, atMs }: Ready): Promise<Result> {
    const { nowMs, sleep } = this.#options;
    const waitMs = atMs - nowMs();
    if (waitMs > 0) await sleep(waitMs);
    if (this.#batch.remainingMs() < ATTEMPT_MS)
      return { item, handled: { kind: "failed", error: NOT_ATTEMPTED } };
    if (this.wasSlow && mayMove(item.value, this.#options)) return { item, handled: moved(item.value) };
    const event = eventOf(decode(item.value.delivery));
    if (event instanceof RainhooksError) return { item, handled: { kind: "failed", error: event } };
    return this.#send(item, event);
  }

  async #send(item: AttemptItem, event: RainmakerEvent): Promise<Result> {
    const { destination } = this.#batch;
    const { sender, secretsOf, limits } = this.#options;
    const watch = this.#watch;
    const { delivery, webhookId, attempt } = item.value;
    const secrets = () => secretsOf(destination);
    const sent = await watch.during(
      sender.sendOnce({ destination, secrets, delivery, event, webhookId, attempt }),
    );
    if (sent.record.durationMs > limits.slowMs) watch.noteSlow();
    return this.#resultOf(item, sent);
  }

  #resultOf(item: AttemptItem, { outcome, record }: Sent): Result {
    const { nowMs, random } = this.#options;
    const { webhookId, attempt } = item.value;
    if (isTest(webhookId)) return { item, handled: { kind: "done" }, attempt: record };
    const { schedule } = this.#batch.destination;
    const step = nextAttempt({ attempt, outcome, schedule, nowMs: nowMs(), random: random() });
    switch (step.kind) {
      case "done":
        return { item, handled: { kind: "done" }, attempt: record };
      case "retry": {
        const { hasTurn: _, ...rest } = item.value;
        const message = { ...rest, attempt: attempt + 1, dueAtMs: step.atMs, isWaiting: true };
        return { item, handled: { kind: "later", message }, attempt: { ...record, nextAtMs: step.atMs } };
      }
      case "disable":
        this.gone = step.reason;
        return { item, handled: failedFor("destination-disabled", step.reason), attempt: record };
      case "give-up":
        return { item, handled: failedFor("sink-rejected", step.reason), attempt: record };
    }
  }
}

function failedFor(code: "destination-disabled" | "sink-rejected", reason: string): Handled {
  return { kind: "failed", error: new RainhooksError(code, reason, { permanent: true }) };
}

function eventOf(decoded: Decoded): RainmakerEvent | RainhooksError {
  if (decoded.kind === "event") return decoded.event;
  if (decoded.kind === "undecodable") return decoded.error;
  return new RainhooksError("data-invalid", "The message has no event of a known type.", { permanent: true });
}

const NOT_ATTEMPTED = new RainhooksError(
  "not-attempted",
  "The time of the batch is up before an attempt could be made. It comes again.",
);
