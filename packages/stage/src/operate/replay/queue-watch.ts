import { countText } from "@rainhooks/core/count-text";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Wait } from "../progress.ts";
import { countMessages } from "../stage/count-messages.ts";
import type { ReplayRequest } from "./replay-job.ts";
import type { ReplayQueue } from "./send.ts";

/** Looks at the queues of a webhook now and then while a replay sends. */
export interface QueueWatch {
  /**
   * Returns what the replay waits for; `undefined` if it can go on.
   *
   * @throws {RainhooksError} `sink-rejected` if the webhook's dead-letter queue has grown too much.
   */
  look(): Promise<Wait | undefined>;
}

/** The queues of a webhook. */
export interface WatchedQueues {
  readonly queue: ReplayQueue;
  readonly deadLetterQueueUrl: string;
  readonly clock: WaitingClock;
  /** Messages in the queue of replays above which the job waits. @defaultValue 20,000 */
  readonly maxWaiting?: number;
  /**
   * Another queue, to which the webhook sends, and the number of messages in it above which the job
   * waits.
   */
  readonly further?: { readonly queueUrl: string; readonly maxWaiting: number };
}

const MAX_WAITING = 20_000;
const LOOK_EVERY_MS = 5 * SECOND_MS;

/** Starts to watch: dead letters that are there already do not count. */
export async function watchQueues(
  watched: WatchedQueues,
  { webhook, maxDeadLetters }: Pick<ReplayRequest, "webhook" | "maxDeadLetters">,
): Promise<QueueWatch> {
  const {
    queue: { sqs, queueUrl },
    deadLetterQueueUrl,
    clock,
    maxWaiting = MAX_WAITING,
    further,
  } = watched;
  const before = await countMessages(sqs, deadLetterQueueUrl);
  let lookedAtMs = clock.nowMs();
  let waiting: Wait | undefined;
  return {
    look: async () => {
      const nowMs = clock.nowMs();
      if (waiting === undefined && nowMs - lookedAtMs < LOOK_EVERY_MS) return undefined;
      lookedAtMs = nowMs;
      const [queued, letters, sent] = await Promise.all([
        countMessages(sqs, queueUrl),
        countMessages(sqs, deadLetterQueueUrl),
        further === undefined ? 0 : countMessages(sqs, further.queueUrl),
      ]);
      const grown = letters - before;
      if (grown > maxDeadLetters) throw tooManyLetters(webhook, grown);
      const tooMany = queued > maxWaiting ? queued : sent > (further?.maxWaiting ?? 0) ? sent : 0;
      waiting = tooMany > 0 ? { for: "fewer-waiting", webhook, count: tooMany } : undefined;
      return waiting;
    },
  };
}

function tooManyLetters(webhook: string, grown: number): RainhooksError {
  return new RainhooksError(
    "sink-rejected",
    `The dead-letter queue of ${webhook} has ${countText(grown, "record")} more than before. Look at them with "rainhooks dlq show ${webhook}", then resume the replay, or allow more (maxDeadLetters).`,
  );
}

/** A clock that can wait. */
export interface WaitingClock {
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Keeps something at a rate. */
export class Pace {
  readonly #msEach: number;
  readonly #clock: WaitingClock;
  #nextMs = 0;

  /** @param rate Maximum number per second. */
  constructor(rate: number, clock: WaitingClock) {
    this.#msEach = SECOND_MS / rate;
    this.#clock = clock;
  }

  /** Waits until `count` more may come. What was not used before is lost: there are no bursts. */
  async wait(count: number): Promise<void> {
    const waitMs = this.#nextMs - this.#clock.nowMs();
    if (waitMs > 0) await this.#clock.sleep(waitMs);
    this.#nextMs = Math.max(this.#nextMs, this.#clock.nowMs()) + count * this.#msEach;
  }
}
