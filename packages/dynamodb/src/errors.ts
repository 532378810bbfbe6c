import { messageOf, RainhooksError } from "@rainhooks/core/errors";

/**
 * Returns true if DynamoDB rejected the input (for example a key that is too long), so that a retry
 * cannot help.
 */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "ValidationException";
}

/**
 * Errors of calls that exceed what a table, an index, a partition or the account takes. Source:
 * DynamoDB developer guide, "Error handling".
 */
const THROTTLES: ReadonlySet<string> = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
]);

/**
 * Makes the error of items that DynamoDB did not process, because the table or one of its indexes
 * is at its limit.
 */
export function throttledError(tableName: string, what: string, cause?: unknown): RainhooksError {
  return new RainhooksError("throttled", `Table ${tableName} is busy: ${what}`, { cause });
}

/** Waits for calls of a table. @throws {RainhooksError} as {@link tableError} says */
export async function tableCall<T>(tableName: string, calls: () => Promise<T>): Promise<T> {
  try {
    return await calls();
  } catch (error) {
    throw tableError(tableName, error);
  }
}

/**
 * Converts an error of a DynamoDB call: permanent `sink-rejected` if the input is invalid,
 * `throttled` if the table is at its limit, otherwise `sink-unavailable`.
 */
export function tableError(tableName: string, error: unknown): RainhooksError {
  if (error instanceof RainhooksError) return error;
  if (error instanceof Error && THROTTLES.has(error.name))
    return throttledError(tableName, messageOf(error), error);
  const rejected = isRefusal(error);
  return new RainhooksError(
    rejected ? "sink-rejected" : "sink-unavailable",
    `Table ${tableName} ${rejected ? "rejected an item" : "cannot be read or written"}: ${messageOf(error)}`,
    { cause: error, permanent: rejected },
  );
}
