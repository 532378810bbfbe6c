import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";

/** A call of which only some entries are forwarded. */
export interface PartialCall {
  /** The call with the remaining entries; `undefined` when there are none. */
  readonly forwarded: JsonObject | undefined;
  /** Builds the response to the whole call from the response to the forwarded part. */
  readonly toResponse: (response: JsonObject) => JsonObject;
}

/**
 * Splits a batch call into entries that are forwarded and entries that fail, as services do when
 * they are busy.
 *
 * @param refuse Decides whether an entry fails.
 * @returns `undefined` for a call without entries that can fail.
 */
export function partialCall(
  action: string,
  input: JsonObject,
  refuse: () => boolean,
): PartialCall | undefined {
  if (action === "PutRecordBatch") return partOfRecords(input, refuse);
  if (action === "BatchWriteItem") return partOfTables(input, refuse, "UnprocessedItems");
  if (action === "BatchGetItem") return partOfTables(input, refuse, "UnprocessedKeys");
  if (action.endsWith("Batch") && Array.isArray(input["Entries"]))
    return partOfEntries(input, refuse);
  return undefined;
}

function split<T>(list: readonly T[], refuse: () => boolean): { kept: T[]; refused: T[] } {
  const kept: T[] = [];
  const refused: T[] = [];
  for (const one of list) (refuse() ? refused : kept).push(one);
  return { kept, refused };
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

/** Firehose reports each record at its position. */
function partOfRecords(input: JsonObject, refuse: () => boolean): PartialCall {
  const records = listOf(input["Records"]);
  const refused = records.map(refuse);
  const kept = records.filter((_, index) => refused[index] !== true);
  return {
    forwarded: kept.length === 0 ? undefined : { ...input, Records: kept },
    toResponse: (response) => {
      const taken = listOf(response["RequestResponses"]);
      const responses = refused.map((one): JsonValue => {
        if (one) return { ErrorCode: "ServiceUnavailableException", ErrorMessage: "Slow down." };
        return taken.shift() ?? {};
      });
      const failed = responses.filter((one) => isJsonObject(one) && "ErrorCode" in one).length;
      return { ...response, FailedPutCount: failed, RequestResponses: responses };
    },
  };
}

/** SQS reports each entry by its id. */
function partOfEntries(input: JsonObject, refuse: () => boolean): PartialCall {
  const { kept, refused } = split(listOf(input["Entries"]).filter(isJsonObject), refuse);
  const failures = refused.map(({ Id = null }) => ({
    Id,
    Code: "InternalError",
    Message: "Try again.",
    SenderFault: false,
  }));
  return {
    forwarded: kept.length === 0 ? undefined : { ...input, Entries: kept },
    toResponse: (response) => ({
      ...response,
      Successful: listOf(response["Successful"]),
      Failed: [...listOf(response["Failed"]), ...failures],
    }),
  };
}

/** DynamoDB returns what it did not process, by table. */
function partOfTables(
  input: JsonObject,
  refuse: () => boolean,
  unprocessed: "UnprocessedItems" | "UnprocessedKeys",
): PartialCall {
  const requests = isJsonObject(input["RequestItems"]) ? input["RequestItems"] : {};
  const tables = Object.entries(requests).map(([table, request]) => {
    // Keys to read have other fields beside them.
    if (!isJsonObject(request)) return { table, ...split(listOf(request), refuse), wrap: listOf };
    const wrap = (Keys: JsonValue[]): JsonValue => ({ ...request, Keys });
    return { table, ...split(listOf(request["Keys"]), refuse), wrap };
  });
  const byTable = (which: "kept" | "refused") =>
    tables.flatMap((one) =>
      one[which].length === 0 ? [] : [[one.table, one.wrap(one[which])] as const],
    );
  const kept = byTable("kept");
  return {
    forwarded: kept.length === 0 ? undefined : { ...input, RequestItems: Object.fromEntries(kept) },
    toResponse: (response) => {
      const own = isJsonObject(response[unprocessed]) ? response[unprocessed] : {};
      const refused = Object.fromEntries(byTable("refused"));
      return { Responses: {}, ...response, [unprocessed]: { ...own, ...refused } };
    },
  };
}
