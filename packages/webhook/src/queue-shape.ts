import { MAX_RETRY_WAIT_S } from "@rainhooks/core/errors";
import { countField, firstMistake } from "@rainhooks/core/fields";
import { type Load, loadMistake } from "./load.ts";

/** Memory and timeout of a function. */
export interface FunctionShape {
  readonly memoryMiB: number;
  readonly timeoutS: number;
}

/** How deliveries reach the function: the event source mapping from the queue to Lambda. */
export interface BatchShape {
  /** Maximum records of an invocation. Lambda's limit is 10,000. */
  readonly size: number;
  /**
   * Maximum time in which Lambda collects a batch. Lambda requires at least 1 for a size over 10.
   */
  readonly windowS: number;
  /** Maximum concurrent invocations. Lambda allows 2 to 1,000. */
  readonly maxConcurrency: number;
}

/** The queue of a function and its dead-letter queue. */
export interface QueueShape {
  /**
   * How long a received record stays hidden. AWS recommends six times the function's timeout plus
   * the window.
   */
  readonly visibilityTimeoutS: number;
  /**
   * Receives after which SQS moves a record to the dead-letter queue. SQS also counts receives
   * during an outage of a service, so this is only a last resort.
   */
  readonly maxReceives: number;
  /**
   * Seconds until a failed record is retried: the first wait; it doubles each time, up to
   * `retryMaxWaitS`.
   */
  readonly retryFirstWaitS: number;
  readonly retryMaxWaitS: number;
  /**
   * Maximum `DelaySeconds` with which functions send messages to the queue. The alarm about old
   * messages allows for this delay. The maximum of SQS is 900.
   */
  readonly maxDelayS: number;
  readonly retentionS: number;
  readonly deadLetterRetentionS: number;
}

/**
 * Part of a function's concurrency that replays get in addition: live events keep all of theirs.
 */
const REPLAY_SHARE = 0.25;
/** Minimum of Lambda. */
const MIN_CONCURRENCY = 2;

/**
 * Returns how replayed deliveries reach a function: like live ones, with a quarter of their
 * concurrency.
 */
export function replayBatch(batch: BatchShape): BatchShape {
  const share = Math.ceil(batch.maxConcurrency * REPLAY_SHARE);
  return { ...batch, maxConcurrency: Math.max(MIN_CONCURRENCY, share) };
}

/** What a function has that reads its own queue, which has its name. */
export interface QueuedFields {
  readonly batch: BatchShape;
  readonly queue: QueueShape;
  /** What its records cost; `undefined` if that is not known. */
  readonly load: Load | undefined;
}

type Shapes = QueuedFields & { readonly function: FunctionShape };

/** The shapes of a function and its queue, as far as a definition sets them. */
export interface ShapesInput {
  /** @defaultValue 1,024 MiB and 30 s */
  readonly function?: Partial<FunctionShape>;
  /** @defaultValue 100 records, 2 s, 10 concurrent invocations */
  readonly batch?: Partial<BatchShape>;
  /**
   * @defaultValue six times the timeout plus the window, 400 receives, waits of 30 to 900 s, no
   * delay, 14 days
   */
  readonly queue?: Partial<QueueShape>;
  /** What its records cost. @defaultValue not known */
  readonly load?: Load | undefined;
}

const DAY_S = 86_400;
const MAX_RECEIVES = 400;
/** Source: Amazon SQS developer guide, "Message quotas". */
const MAX_DELAY_S = 900;

/** Fills in the shapes of a function and its queue. */
export function shapesOf(input: ShapesInput, maxReceives = MAX_RECEIVES): Shapes {
  const shape: FunctionShape = { memoryMiB: 1024, timeoutS: 30, ...input.function };
  const batch: BatchShape = { size: 100, windowS: 2, maxConcurrency: 10, ...input.batch };
  return {
    function: shape,
    batch,
    queue: {
      visibilityTimeoutS: hiddenLongEnoughS(shape, batch),
      maxReceives,
      retryFirstWaitS: 30,
      retryMaxWaitS: 900,
      maxDelayS: 0,
      retentionS: 14 * DAY_S,
      deadLetterRetentionS: 14 * DAY_S,
      ...input.queue,
    },
    load: input.load,
  };
}

/**
 * Returns the minimum visibility timeout. A record is hidden from the moment it is received, so the
 * window counts too.
 */
function hiddenLongEnoughS({ timeoutS }: FunctionShape, { windowS }: BatchShape): number {
  return 6 * timeoutS + windowS;
}

/** Source: AWS Lambda API reference, "CreateEventSourceMapping". */
const MAX_WINDOW_S = 300;

/** Returns what is wrong with the batches, the queue or the load of a function, or `undefined`. */
export function shapesMistake({ function: shape, batch, queue, load }: Shapes): string | undefined {
  const mistake = firstMistake({
    "batch.size": countField(1, 10_000)(batch.size),
    "batch.windowS": countField(0, MAX_WINDOW_S)(batch.windowS),
    "batch.maxConcurrency": countField(2, 1000)(batch.maxConcurrency),
  });
  if (mistake !== undefined) return mistake;
  if (batch.size > 10 && batch.windowS < 1)
    return "a batch.size over 10 needs a batch.windowS of at least 1";
  if (queue.visibilityTimeoutS < hiddenLongEnoughS(shape, batch)) {
    return "queue.visibilityTimeoutS must be at least six times function.timeoutS plus batch.windowS";
  }
  const { retryFirstWaitS, retryMaxWaitS } = queue;
  if (
    !(retryFirstWaitS >= 1 && retryMaxWaitS >= retryFirstWaitS && retryMaxWaitS <= MAX_RETRY_WAIT_S)
  ) {
    return `queue.retryFirstWaitS and queue.retryMaxWaitS must be 1 to ${MAX_RETRY_WAIT_S}, and the first must not be more than the second`;
  }
  if (!(queue.maxDelayS >= 0 && queue.maxDelayS <= MAX_DELAY_S))
    return `queue.maxDelayS must be 0 to ${MAX_DELAY_S}`;
  return load === undefined ? undefined : loadMistake(load);
}
