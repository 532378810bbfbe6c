import { type RainhooksError, readDelivery, toRainhooksError } from "@rainhooks/core";
import type { ItemFailure, Sink } from "@rainhooks/sinks";
import type { Context, SQSBatchResponse } from "aws-lambda";
import type { DeadLetterQueue } from "./dead-letters.ts";
import { jsonLog, type Log, type LogLevel } from "./observe/log.ts";
import { embeddedMetrics, type Metrics, noMetrics } from "./observe/metrics.ts";
import { type Sort, type Sorted, writeItems } from "./process.ts";
import { type InvocationRecord, readInvocation } from "./records.ts";

/** The function Lambda calls: for a batch from a queue it answers which records failed. */
export type WebhookHandler = (event: unknown, context: Context) => Promise<SQSBatchResponse>;

/** The parts a handler is made of. */
export interface HandlerParts<Value> {
  readonly stage: string;
  readonly webhook: string;
  readonly logLevel: LogLevel;
  readonly sort: Sort<Value>;
  readonly sink: Sink<Value>;
  readonly deadLetters: DeadLetterQueue;
  readonly writeLine: (line: string) => void;
  readonly nowMs: () => number;
}

/**
 * Makes the handler of a webhook: records → items → sink. Each record ends in exactly one of these ways: written,
 * held back by a filter, passed by, sent to the dead-letter queue because no retry can help, or reported as failed so
 * that its queue delivers it again.
 *
 * From SNS directly there is no answer for a single record: if one has to come again, the invocation throws.
 */
export function webhookHandler<Value>(parts: HandlerParts<Value>): WebhookHandler {
  const { stage, webhook, logLevel, sort, sink, deadLetters, writeLine, nowMs } = parts;
  return async (event, context) => {
    const log = jsonLog(writeLine, { stage, webhook, requestId: context.awsRequestId }, nowMs, logLevel);
    const { source, records } = read(event, log);
    const sorted = await sort(records);
    logDecisions(sorted, log);
    const items = sorted.flatMap((one) => (one.fate === "item" ? [one.item] : []));
    const failures = [
      ...sorted.flatMap((one) => (one.fate === "failed" ? [one.failure] : [])),
      ...(await writeItems(sink, items)),
    ];
    const retries = await settle(failures, records, deadLetters, log);
    const metrics = count(sorted, failures, retries);
    writeLine(embeddedMetrics({ Stage: stage, Webhook: webhook }, metrics, agesMs(sorted, nowMs()), nowMs()));
    const [first] = retries;
    if (source === "sns" && first !== undefined) throw first.error;
    return { batchItemFailures: retries.map(({ id }) => ({ itemIdentifier: id })) };
  };
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

/** Sends what no retry can help to the dead-letter queue; answers what has to come again. */
async function settle(
  failures: readonly ItemFailure[],
  records: readonly InvocationRecord[],
  deadLetters: DeadLetterQueue,
  log: Log,
): Promise<ItemFailure[]> {
  const byId = new Map(records.map((record) => [record.id, record]));
  const retries = failures.filter(({ error }) => !error.permanent);
  const letters = failures.flatMap(({ id, error }) => {
    const record = byId.get(id);
    return error.permanent && record !== undefined ? [{ id, message: record.queued, error }] : [];
  });
  const tell = (level: LogLevel, message: string, { id, error }: ItemFailure) =>
    log(level, message, { recordId: id, deliveryId: deliveryIdOf(byId.get(id)), error });
  for (const letter of letters) tell("warn", "Goes to the dead-letter queue", letter);
  const kept = letters.length === 0 ? [] : await deadLetters(letters);
  const again = [...retries, ...kept];
  for (const failure of again) tell("error", "Will be tried again", failure);
  return again;
}

/** The SNS message id, as far as the record tells it: the thread that runs through logs and archive. */
function deliveryIdOf(record: InvocationRecord | undefined): string | undefined {
  try {
    return readDelivery(record?.raw).id;
  } catch {
    return undefined;
  }
}

function logDecisions<Value>(sorted: readonly Sorted<Value>[], log: Log): void {
  for (const one of sorted) {
    if (one.fate !== "filtered") continue;
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
  sorted: readonly Sorted<Value>[],
  failures: readonly ItemFailure[],
  retries: readonly ItemFailure[],
): Metrics {
  const metrics = noMetrics();
  const again = new Set(retries.map(({ id }) => id));
  metrics.Received = sorted.length;
  metrics.Filtered = sorted.filter(({ fate }) => fate === "filtered").length;
  metrics.Ignored = sorted.filter(({ fate }) => fate === "ignored").length;
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

function agesMs<Value>(sorted: readonly Sorted<Value>[], nowMs: number): number[] {
  return sorted.flatMap((one) => (one.fate === "item" ? [Math.max(0, nowMs - one.atMs)] : []));
}
