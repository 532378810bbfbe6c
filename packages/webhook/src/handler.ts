import { RainhooksError, readDelivery, toRainhooksError } from "@rainhooks/core";
import type { ItemFailure, Sink } from "@rainhooks/sinks";
import type { Context, SQSBatchResponse } from "aws-lambda";
import type { Classified, Classify } from "./classify.ts";
import type { DeadLetterQueue } from "./dead-letters.ts";
import { jsonLog, type Log, type LogLevel } from "./observe/log.ts";
import { embeddedMetrics, type Metrics, noMetrics } from "./observe/metrics.ts";
import { type InvocationRecord, readInvocation } from "./records.ts";
import type { RetryLater } from "./retry-later.ts";
import { within } from "./within.ts";
import { writeItems } from "./write-items.ts";

/** The function Lambda calls: for a batch from a queue it returns which records failed. */
export type WebhookHandler = (event: unknown, context: Context) => Promise<SQSBatchResponse>;

/** The parts a handler is made of. */
export interface HandlerParts<Value> {
  readonly stage: string;
  readonly webhook: string;
  readonly logLevel: LogLevel;
  readonly classify: Classify<Value>;
  readonly sink: Sink<Value>;
  readonly deadLetters: DeadLetterQueue;
  /** Spaces the tries of records that failed; without it their queue's visibility timeout does. */
  readonly retryLater?: RetryLater | undefined;
  /** How often, since it was asked last, filter rules could not be read and older ones were used. */
  readonly staleRuleReads?: () => number;
  readonly writeLine: (line: string) => void;
  readonly nowMs: () => number;
}

/** What is left of the function's time for dead letters, waits and the answer once the sink has had its share. */
const RESERVED_MS = 10_000;
/** What is left for the answer alone. */
const ANSWER_MS = 1000;

/**
 * Makes the handler of a webhook: records → items → sink. Each record ends in exactly one of these ways: written,
 * held back by a filter, ignored, sent to the dead-letter queue because no retry can help, or reported as failed so
 * that its queue delivers it again, later with each time.
 *
 * From SNS directly there is no answer for a single record: if one has to come again, the invocation throws.
 */
export function webhookHandler<Value>(parts: HandlerParts<Value>): WebhookHandler {
  const { stage, webhook, logLevel, classify, sink, writeLine, nowMs, staleRuleReads } = parts;
  return async (event, context) => {
    const log = jsonLog(writeLine, { stage, webhook, requestId: context.awsRequestId }, nowMs, logLevel);
    const { source, records } = read(event, log);
    const classified = await classify(records);
    logDecisions(classified, log);
    const items = classified.flatMap((one) => (one.outcome === "item" ? [one.item] : []));
    const failures = [
      ...classified.flatMap((one) => (one.outcome === "failed" ? [one.failure] : [])),
      ...(await writeItems(sink, items, budgetMs(context))),
    ];
    const retries = await settle(failures, records, parts, log, () => remainingMs(context) - ANSWER_MS);
    const metrics = { ...count(classified, failures, retries), StaleRules: staleRuleReads?.() ?? 0 };
    writeLine(
      embeddedMetrics({ Stage: stage, Webhook: webhook }, metrics, agesMs(classified, nowMs()), nowMs()),
    );
    const [first] = retries;
    if (source === "sns" && first !== undefined) throw first.error;
    return { batchItemFailures: retries.map(({ id }) => ({ itemIdentifier: id })) };
  };
}

type Clocked = Partial<Pick<Context, "getRemainingTimeInMillis">>;

function remainingMs(context: Clocked): number {
  return context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
}

function budgetMs(context: Clocked): number {
  const leftMs = remainingMs(context);
  return Math.max(leftMs / 2, leftMs - RESERVED_MS);
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

/** Sends what no retry can help to the dead-letter queue; returns what has to come again, and has it wait. */
async function settle<Value>(
  failures: readonly ItemFailure[],
  records: readonly InvocationRecord[],
  { deadLetters, retryLater }: HandlerParts<Value>,
  log: Log,
  leftMs: () => number,
): Promise<ItemFailure[]> {
  const byId = new Map(records.map((record) => [record.id, record]));
  const letters = failures.flatMap(({ id, error }) => {
    const record = byId.get(id);
    return error.permanent && record !== undefined ? [{ id, message: record.queued, error }] : [];
  });
  const logFailure = (level: LogLevel, message: string, { id, error }: ItemFailure) =>
    log(level, message, { recordId: id, deliveryId: deliveryIdOf(byId.get(id)), error });
  for (const letter of letters) logFailure("warn", "Goes to the dead-letter queue", letter);
  // A letter whose sending nobody has heard of stays in its queue: it may be set aside twice, and is never lost.
  const late = () => letters.map(({ id }) => ({ id, error: NO_TIME }));
  const kept = letters.length === 0 ? [] : await within(leftMs() / 2, deadLetters(letters), late);
  const again = [...failures.filter(({ error }) => !error.permanent), ...kept];
  for (const failure of again) logFailure("error", "Will be tried again", failure);
  const waiting = again.flatMap(({ id }) => byId.get(id) ?? []);
  const later = waiting.length === 0 ? undefined : retryLater?.(waiting);
  const problems =
    later === undefined ? [] : await within(leftMs(), later, () => ["SQS did not answer in time"]);
  for (const problem of problems) log("warn", `Comes back after the queue's own timeout: ${problem}`);
  return again;
}

const NO_TIME = new RainhooksError(
  "dead-letter-unavailable",
  "The dead-letter queue did not answer in the time that the function has. The record stays in its queue.",
);

/** The SNS message id, as far as the record tells it: the thread that runs through logs and archive. */
function deliveryIdOf(record: InvocationRecord | undefined): string | undefined {
  try {
    return readDelivery(record?.raw).id;
  } catch {
    return undefined;
  }
}

function logDecisions<Value>(classified: readonly Classified<Value>[], log: Log): void {
  for (const one of classified) {
    if (one.outcome !== "filtered") continue;
    const { level, reason, rule } = one.decision;
    log("debug", "Held back by a filter", { recordId: one.id, filterLevel: level, reason, rule });
  }
}

const UNDECODABLE = new Set<RainhooksError["code"]>([
  "record-malformed",
  "body-not-json",
  "envelope-invalid",
  "data-invalid",
]);

function count<Value>(
  classified: readonly Classified<Value>[],
  failures: readonly ItemFailure[],
  retries: readonly ItemFailure[],
): Metrics {
  const metrics = noMetrics();
  const again = new Set(retries.map(({ id }) => id));
  metrics.Received = classified.length;
  metrics.Filtered = classified.filter(({ outcome }) => outcome === "filtered").length;
  metrics.Ignored = classified.filter(({ outcome }) => outcome === "ignored").length;
  metrics.Failed = again.size;
  for (const { id, error } of failures) {
    if (again.has(id)) continue;
    metrics[UNDECODABLE.has(error.code) ? "Undecodable" : "Refused"] += 1;
  }
  metrics.Delivered =
    metrics.Received -
    metrics.Filtered -
    metrics.Ignored -
    metrics.Failed -
    metrics.Undecodable -
    metrics.Refused;
  return metrics;
}

function agesMs<Value>(classified: readonly Classified<Value>[], nowMs: number): number[] {
  return classified.flatMap((one) => (one.outcome === "item" ? [Math.max(0, nowMs - one.atMs)] : []));
}
