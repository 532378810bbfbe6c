import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { SQSRecord } from "aws-lambda";
import type { InvocationOutcome } from "./function-process.ts";

/** What has become of a record. */
export interface RecordOutcome {
  readonly kind: "handled" | "filtered" | "dead-letter" | "retry";
  /** Why, as the function has logged it. */
  readonly reason?: string;
}

/** A batch that a webhook has handled. */
export interface WebhookBatch {
  readonly webhook: Webhook;
  readonly records: readonly { readonly record: SQSRecord; readonly outcome: RecordOutcome }[];
  /** Number of records with events that the webhook does not want. */
  readonly ignored: number;
}

/**
 * Finds the outcome of each record of one invocation. The function's response only has the records
 * that stay in the queue; the function's log has the rest.
 */
export class RecordOutcomes {
  readonly #logged = new Map<string, RecordOutcome>();
  #ignored = 0;
  /** Reason of the records that the sink did not attempt; they have one line together. */
  #notAttempted: { reason?: string } = {};

  /** Reads a line of the function's log. */
  readLine(line: string): void {
    const fields = line.startsWith("{") ? tryParseJson(line) : undefined;
    if (!isJsonObject(fields)) return;
    const { recordId, level, Ignored, records } = fields;
    if ("_aws" in fields) this.#ignored += Number(Ignored ?? 0) || 0;
    if (typeof records === "number") this.#notAttempted = reasonOf(fields["error"]);
    if (typeof recordId !== "string") return;
    if ("filterLevel" in fields) this.#logged.set(recordId, { kind: "filtered" });
    else if (level === "warn" || level === "error")
      this.#logged.set(recordId, {
        kind: level === "warn" ? "dead-letter" : "retry",
        ...reasonOf(fields["error"]),
      });
  }

  /** Returns the outcomes of the batch's records. */
  batch(
    webhook: Webhook,
    records: readonly SQSRecord[],
    { failedIds, reason }: BatchResult,
  ): WebhookBatch {
    const outcomeOf = ({ messageId }: SQSRecord): RecordOutcome => {
      const logged = this.#logged.get(messageId);
      if (!failedIds.has(messageId)) return logged ?? { kind: "handled" };
      if (reason !== undefined) return { kind: "retry", reason };
      return { ...(logged ?? this.#notAttempted), kind: "retry" };
    };
    return {
      webhook,
      records: records.map((record) => ({ record, outcome: outcomeOf(record) })),
      ignored: this.#ignored,
    };
  }
}

function reasonOf(error: unknown): { reason?: string } {
  if (!isJsonObject(error)) return {};
  const texts = [error["code"], error["message"], causeOf(error)];
  const known = texts.filter((text) => typeof text === "string");
  return known.length === 0 ? {} : { reason: [...new Set(known)].join(": ") };
}

/** Returns the message of the innermost cause: `fetch failed` alone says little. */
function causeOf(error: JsonObject): unknown {
  const { cause } = error;
  if (!isJsonObject(cause)) return undefined;
  return causeOf(cause) ?? cause["message"];
}

/** The outcome of an invocation for the records of its batch. */
export interface BatchResult {
  /** Records that stay in the queue; the others are deleted. */
  readonly failedIds: ReadonlySet<string>;
  /** Why the whole batch failed; `undefined` if it did not. */
  readonly reason: string | undefined;
}

/**
 * Reads the response of a function whose event source mapping reports batch item failures, by AWS's
 * rules: an empty response, or an empty or null list, is success. A malformed response (no list, an
 * item without an identifier, an identifier that is not in the batch) fails the whole batch, and so
 * does an error. Source: AWS Lambda developer guide, "Handling errors for an SQS event source".
 */
export function judgeBatch(outcome: InvocationOutcome, batchIds: readonly string[]): BatchResult {
  const all = (reason: string): BatchResult => ({ failedIds: new Set(batchIds), reason });
  if (outcome.kind === "error")
    return all(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
  const { result } = outcome;
  if (result === null || result === undefined) return { failedIds: new Set(), reason: undefined };
  if (!isJsonObject(result)) return all("the response is not an object");
  const failures = result["batchItemFailures"];
  if (failures === null || (failures === undefined && Object.keys(result).length === 0)) {
    return { failedIds: new Set(), reason: undefined };
  }
  if (!Array.isArray(failures)) return all("the response has no list batchItemFailures");
  const known = new Set(batchIds);
  const failedIds = new Set<string>();
  for (const failure of failures) {
    const id = isJsonObject(failure) ? failure["itemIdentifier"] : undefined;
    if (typeof id !== "string" || !known.has(id)) {
      return all(
        `batchItemFailures names ${JSON.stringify(failure)}, which is not a record of the batch`,
      );
    }
    failedIds.add(id);
  }
  return { failedIds, reason: undefined };
}
