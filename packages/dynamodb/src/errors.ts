import { messageOf, RainhooksError } from "@rainhooks/core";

/** Returns true if DynamoDB rejected the input (for example a key that is too long), so that a retry cannot help. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "ValidationException";
}

/** Converts an error of a DynamoDB call: permanent `sink-rejected` if the input is invalid, otherwise `sink-unavailable`. */
export function tableError(tableName: string, error: unknown): RainhooksError {
  if (error instanceof RainhooksError) return error;
  const rejected = isRefusal(error);
  return new RainhooksError(
    rejected ? "sink-rejected" : "sink-unavailable",
    `Table ${tableName} ${rejected ? "rejected an item" : "cannot be read or written"}: ${messageOf(error)}`,
    { cause: error, permanent: rejected },
  );
}
