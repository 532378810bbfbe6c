import { isJsonObject } from "@rainhooks/core/json";
import type { InvocationOutcome } from "./function-process.ts";

/** The outcome of an invocation for the records of its batch. */
export interface BatchVerdict {
  /** Records that stay in the queue; the others are deleted. */
  readonly failedIds: ReadonlySet<string>;
  /** Why the whole batch failed; `undefined` if it did not. */
  readonly reason: string | undefined;
}

/**
 * Reads the response of a function whose event source mapping reports batch item failures, by AWS's rules: an
 * empty response, or an empty or null list, is success. A malformed response (no list, an item without an
 * identifier, an identifier that is not in the batch) fails the whole batch, and so does an error. Source:
 * AWS Lambda developer guide, "Handling errors for an SQS event source".
 */
export function judgeBatch(outcome: InvocationOutcome, batchIds: readonly string[]): BatchVerdict {
  const all = (reason: string): BatchVerdict => ({ failedIds: new Set(batchIds), reason });
  if (outcome.kind === "error") return all(`${outcome.error.errorType}: ${outcome.error.errorMessage}`);
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
      return all(`batchItemFailures names ${JSON.stringify(failure)}, which is not a record of the batch`);
    }
    failedIds.add(id);
  }
  return { failedIds, reason: undefined };
}
