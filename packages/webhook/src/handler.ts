import { readDelivery } from "@rainhooks/core/deliveries/read";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import type { ItemFailure, Sink } from "@rainhooks/sinks/sink";
import type { Context, SQSBatchResponse } from "aws-lambda";
import type { Classification, Classify } from "./classify.ts";
import type { DeadLetterQueue } from "./dead-letters.ts";
import { handledTopics, type NoteHandled } from "./handled-topics.ts";
import { replayQueueName } from "./names.ts";
import { jsonLog, type Log, type LogLevel } from "./observe/log.ts";
import { embeddedMetrics, type Metrics, noMetrics, ONE_NODE } from "./observe/metrics.ts";
import { nodeCounter } from "./one-node.ts";
import { type InvocationRecord, readInvocation } from "./records.ts";
import type { Retry, RetryLater } from "./retry-later.ts";
import { within } from "./within.ts";
import { writeItems } from "./write-items.ts";

/** The function that Lambda calls; for a batch from a queue it returns the failed records. */
export type WebhookHandler = (event: unknown, context: Context) => Promise<SQSBatchResponse>;

/** The dependencies of a handler. */
export interface HandlerDependencies<Value> {
  readonly stage: string;
  readonly webhook: string;
  readonly logLevel: LogLevel;
  readonly classify: Classify<Value>;
  readonly sink: Sink<Value>;
  readonly deadLetters: DeadLetterQueue;
  /** Delays the retries of failed records; without it, the queue's visibility timeout applies. */
  readonly retryLater?: RetryLater | undefined;
  /**
   * Name of the queue of replays. Its records have metrics of their own, so that a replay changes
   * nothing about those of live events.
   */
  readonly replayQueue?: string | undefined;
  /** Notes what was handled, for the rounds of a stage that has some. */
  readonly noteHandled?: NoteHandled | undefined;
  readonly writeLine: (line: string) => void;
  readonly nowMs: () => number;
}

/** Time reserved for dead letters, retry delays and the response after the sink has written. */
const RESERVED_MS = 10_000;
/** Time reserved for the response. */
const RESPONSE_MS = 1000;
/** Time after which a handler does not wait any more until it is noted what was handled. */
const NOTE_MS = 1000;

/**
 * Creates the handler of a webhook: records are converted to items, which the sink writes. Each
 * record has exactly one outcome: written, filtered out, ignored, sent to the dead-letter queue
 * because no retry can help, or reported as failed, so that its queue delivers it again after a
 * growing delay.
 */
export function webhookHandler<Value>(dependencies: HandlerDependencies<Value>): WebhookHandler {
  const { stage, webhook, logLevel, classify, sink, writeLine, nowMs } = dependencies;
  const countNodes = nodeCounter();
  return async (event, context) => {
    const log = jsonLog(
      writeLine,
      { stage, webhook, requestId: context.awsRequestId },
      nowMs,
      logLevel,
    );
    const records = read(event, log);
    const classified = await classify(records);
    logDecisions(classified, log);
    const items = classified.flatMap((one) => (one.outcome === "item" ? [one.item] : []));
    const failures = [
      ...classified.flatMap((one) => (one.outcome === "failed" ? [one.failure] : [])),
      ...(await writeItems(sink, items, sinkClock(context))),
    ];
    const isReplay = records[0]?.queueName === dependencies.replayQueue;
    const restMs = () => remainingMs(context) - RESPONSE_MS;
    const noted = note(
      isReplay ? new Set() : handledTopics(classified, records),
      dependencies,
      log,
    );
    const retries = await settle(failures, records, dependencies, log, restMs);
    await within(Math.min(restMs(), NOTE_MS), noted, () => undefined);
    const metrics = count(classified, failures, retries);
    metrics[ONE_NODE] = isReplay ? 0 : countNodes(classified, nowMs());
    const dimensions = { Stage: stage, Webhook: isReplay ? replayQueueName(webhook) : webhook };
    const ages = {
      eventAgesMs: agesMs(classified, nowMs()),
      oldestFailedS: oldestFailedS(records, retries, nowMs()),
    };
    writeLine(embeddedMetrics(dimensions, metrics, ages, nowMs()));
    return { batchItemFailures: retries.map(({ id }) => ({ itemIdentifier: id })) };
  };
}

/** Notes what was handled. If that fails, it is noted in five minutes: no record has to wait. */
async function note<Value>(
  topics: ReadonlySet<string>,
  { noteHandled, nowMs }: HandlerDependencies<Value>,
  log: Log,
): Promise<void> {
  try {
    await noteHandled?.(topics, nowMs());
  } catch (error) {
    log("warn", "What was handled could not be noted for the rounds", { error });
  }
}

type Clocked = Partial<Pick<Context, "getRemainingTimeInMillis">>;

function remainingMs(context: Clocked): number {
  return context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
}

/** Returns the clock of the sink: the milliseconds that remain to it, now and later. */
function sinkClock(context: Clocked): () => number {
  const reservedMs = Math.min(remainingMs(context) / 2, RESERVED_MS);
  return () => remainingMs(context) - reservedMs;
}

function read(event: unknown, log: Log) {
  try {
    return readInvocation(event);
  } catch (thrown) {
    const error = toRainhooksError(thrown);
    log("error", error.message, { error });
    throw error;
  }
}

/**
 * Sends records that no retry can help to the dead-letter queue; delays and returns the records to
 * retry.
 */
async function settle<Value>(
  failures: readonly ItemFailure[],
  records: readonly InvocationRecord[],
  { deadLetters, retryLater }: HandlerDependencies<Value>,
  log: Log,
  remainingTimeMs: () => number,
): Promise<ItemFailure[]> {
  const byId = new Map(records.map((record) => [record.id, record]));
  const letters = failures.flatMap(({ id, error }) => {
    const record = byId.get(id);
    return error.permanent && record !== undefined ? [{ id, message: record.queued, error }] : [];
  });
  const logFailure = (level: LogLevel, message: string, { id, error }: ItemFailure) =>
    log(level, message, { recordId: id, deliveryId: deliveryIdOf(byId.get(id)), error });
  for (const letter of letters) logFailure("warn", "Sending to the dead-letter queue", letter);
  // If the response is late, the letter also stays in its queue: it may be sent twice, but is never
  // lost.
  const late = () => letters.map(({ id }) => ({ id, error: NO_TIME }));
  const kept =
    letters.length === 0 ? [] : await within(remainingTimeMs() / 2, deadLetters(letters), late);
  const retries = [...failures.filter(({ error }) => !error.permanent), ...kept];
  for (const failure of retries)
    if (!isBlameless(failure)) logFailure("error", "Will be retried", failure);
  logTogether("info", "Not attempted, will be delivered again", retries.filter(isPostponed), log);
  logTogether("warn", "Throttled, will be tried again", retries.filter(isThrottled), log);
  const delayed = retries.flatMap((failure): Retry[] => {
    const record = byId.get(failure.id);
    const { retryAfterS } = failure.error;
    return record === undefined ? [] : [{ record, retryAfterS, isBlameless: isBlameless(failure) }];
  });
  const later = delayed.length === 0 ? undefined : retryLater?.(delayed);
  const problems =
    later === undefined
      ? []
      : await within(remainingTimeMs(), later, () => ["SQS did not respond in time"]);
  for (const problem of problems)
    log("warn", `Will be retried after the queue's own visibility timeout: ${problem}`);
  return retries;
}

function isPostponed({ error }: ItemFailure): boolean {
  return error.code === "not-attempted";
}

function isThrottled({ error }: ItemFailure): boolean {
  return error.code === "throttled";
}

/** Whether a failure says nothing about its record. */
function isBlameless(failure: ItemFailure): boolean {
  return isPostponed(failure) || isThrottled(failure);
}

/**
 * Logs one line for all records that were postponed or throttled: nothing is wrong with them, and
 * there may be many.
 */
function logTogether(
  level: LogLevel,
  message: string,
  failures: readonly ItemFailure[],
  log: Log,
): void {
  const [first] = failures;
  if (first !== undefined) log(level, message, { records: failures.length, error: first.error });
}

const NO_TIME = new RainhooksError(
  "dead-letter-unavailable",
  "The dead-letter queue did not respond before the function's timeout. The record stays in its queue.",
);

/**
 * Returns the SNS message id if the record has one; it identifies the delivery in logs and archive.
 */
function deliveryIdOf(record: InvocationRecord | undefined): string | undefined {
  try {
    return readDelivery(record?.raw).id;
  } catch {
    return undefined;
  }
}

function logDecisions<Value>(classified: readonly Classification<Value>[], log: Log): void {
  for (const one of classified) {
    if (one.outcome !== "filtered") continue;
    const { level, reason, rule } = one.decision;
    log("debug", "Filtered out", { recordId: one.id, filterLevel: level, reason, rule });
  }
}

const UNDECODABLE = new Set<RainhooksError["code"]>([
  "record-malformed",
  "body-not-json",
  "envelope-invalid",
  "data-invalid",
]);

function count<Value>(
  classified: readonly Classification<Value>[],
  failures: readonly ItemFailure[],
  retries: readonly ItemFailure[],
): Metrics {
  const metrics: Metrics = noMetrics();
  const retriedIds = new Set(retries.map(({ id }) => id));
  metrics.Received = classified.length;
  metrics.Filtered = classified.filter(({ outcome }) => outcome === "filtered").length;
  metrics.Ignored = classified.filter(({ outcome }) => outcome === "ignored").length;
  metrics.Postponed = retries.filter(isPostponed).length;
  metrics.Throttled = retries.filter(isThrottled).length;
  metrics.Failed = retriedIds.size - metrics.Postponed - metrics.Throttled;
  for (const { id, error } of failures) {
    if (retriedIds.has(id)) continue;
    metrics[UNDECODABLE.has(error.code) ? "Undecodable" : "Refused"] += 1;
  }
  metrics.Delivered =
    metrics.Received -
    metrics.Filtered -
    metrics.Ignored -
    retriedIds.size -
    metrics.Undecodable -
    metrics.Refused;
  return metrics;
}

/**
 * Returns the age of the oldest record that will be retried, whatever the reason, in whole seconds;
 * `undefined` if there is none.
 */
function oldestFailedS(
  records: readonly InvocationRecord[],
  retries: readonly ItemFailure[],
  nowMs: number,
): number | undefined {
  const failed = new Set(retries.map(({ id }) => id));
  const times = records.flatMap(({ id, queuedAtMs }) =>
    failed.has(id) && queuedAtMs > 0 ? [queuedAtMs] : [],
  );
  return times.length === 0
    ? undefined
    : Math.max(0, Math.round((nowMs - Math.min(...times)) / SECOND_MS));
}

function agesMs<Value>(classified: readonly Classification<Value>[], nowMs: number): number[] {
  return classified.flatMap((one) =>
    one.outcome === "item" ? [Math.max(0, nowMs - one.atMs)] : [],
  );
}
