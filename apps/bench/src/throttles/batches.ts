import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core";

/** Decides about an entry by its index. */
export type Passes = (entry: unknown, index: number) => boolean;

/** A call with several entries, of which some can be refused. */
export interface Batch {
  readonly entries: readonly { readonly resource: string }[];
  /** The error if no entry passes. */
  readonly refusal: { readonly status: number; readonly error: string };
  /** Makes the call with the entries that pass. */
  readonly inputOf: (passes: Passes) => JsonObject;
  /** Adds the refused entries to the response of the service, as the service does. */
  readonly responseOf: (response: JsonObject, passes: Passes) => JsonObject;
}

/** Returns the entries of a batch call; `undefined` for another call. */
export function batchOf(action: string, input: JsonObject): Batch | undefined {
  if (action === "PutRecordBatch") return recordsOf(input);
  if (action === "BatchWriteItem") return requestsOf(input, "writes", "UnprocessedItems");
  if (action === "BatchGetItem") return requestsOf(input, "reads", "UnprocessedKeys");
  return undefined;
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);

function recordsOf(input: JsonObject): Batch {
  const records = listOf(input["Records"]);
  const refused: JsonValue = { ErrorCode: "ServiceUnavailableException", ErrorMessage: "Slow down." };
  return {
    entries: records.map(() => ({ resource: String(input["DeliveryStreamName"]) })),
    refusal: { status: 503, error: "ServiceUnavailableException" },
    inputOf: (passes) => ({ ...input, Records: records.filter(passes) }),
    responseOf: (response, passes) => {
      const taken = listOf(response["RequestResponses"]).values();
      const responses = records.map((record, index) =>
        passes(record, index) ? (taken.next().value ?? refused) : refused,
      );
      const failed = responses.filter((one) => isJsonObject(one) && "ErrorCode" in one).length;
      return { ...response, FailedPutCount: failed, RequestResponses: responses };
    },
  };
}

/** The requests of a batch of DynamoDB are in lists by table; keys to read are in an object with other options. */
function requestsOf(input: JsonObject, use: "writes" | "reads", unprocessed: string): Batch {
  const tables = Object.entries(isJsonObject(input["RequestItems"]) ? input["RequestItems"] : {});
  const requests = tables.flatMap(([table, held]) =>
    listOf(isJsonObject(held) ? held["Keys"] : held).map((request) => ({ table, request })),
  );
  const options = new Map(tables);
  const byTable = (kept: (index: number) => boolean): JsonObject => {
    const lists = new Map<string, JsonValue[]>();
    for (const [index, { table, request }] of requests.entries())
      if (kept(index)) lists.set(table, [...(lists.get(table) ?? []), request]);
    return Object.fromEntries(
      [...lists].map(([table, list]): [string, JsonValue] => {
        const held = options.get(table);
        return [table, isJsonObject(held) ? { ...held, Keys: list } : list];
      }),
    );
  };
  return {
    entries: requests.map(({ table }) => ({ resource: `${table}/${use}` })),
    refusal: { status: 400, error: "ProvisionedThroughputExceededException" },
    inputOf: (passes) => ({ ...input, RequestItems: byTable((index) => passes(requests[index], index)) }),
    responseOf: (response, passes) => {
      const left = response[unprocessed];
      const refused = byTable((index) => !passes(requests[index], index));
      return { ...response, [unprocessed]: { ...(isJsonObject(left) ? left : {}), ...refused } };
    },
  };
}
