import { messageOf, RainhooksError } from "@rainhooks/core";

/** True when DynamoDB refused the input itself (a key too long, an item too large): no retry can mend that. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === "ValidationException";
}

/** The failure of a call to a table: `sink-rejected` for good when the input is at fault, else `sink-unavailable`. */
export function tableError(tableName: string, error: unknown): RainhooksError {
  if (error instanceof RainhooksError) return error;
  const refused = isRefusal(error);
  return new RainhooksError(
    refused ? "sink-rejected" : "sink-unavailable",
    `Table ${tableName} ${refused ? "refused an item" : "cannot be read or written"}: ${messageOf(error)}`,
    { cause: error, permanent: refused },
  );
}
