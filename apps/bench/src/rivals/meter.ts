import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core";
import { type Call, type Handling, startProxy } from "../processes/proxy.ts";

const READS: ReadonlySet<string> = new Set(["BatchGetItem", "GetItem", "Query", "Scan"]);
const WRITES: ReadonlySet<string> = new Set([
  ...["BatchExecuteStatement", "BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"],
]);

/** What was asked of services, and what AWS bills of it. */
export interface Meter {
  readonly endpoint: string;
  /** Of tables, without their indexes. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Records that reached Firehose. */
  readonly firehoseRecords: readonly string[];
  /** Requests to all services. */
  readonly requests: number;
  stop(): Promise<void>;
}

/** Starts a proxy that counts what a function asks of services. */
export async function startMeter(target: string): Promise<Meter> {
  let [writeUnits, readUnits, requests] = [0, 0, 0];
  const firehoseRecords: string[] = [];
  const handle = ({ action, input }: Call): Handling => {
    requests += 1;
    firehoseRecords.push(...recordsIn(action, input));
    if (!READS.has(action) && !WRITES.has(action)) return { kind: "forward", input };
    return {
      kind: "forward",
      input: { ...input, ReturnConsumedCapacity: "TOTAL" },
      toResponse: (response) => {
        const units = unitsIn(response["ConsumedCapacity"]);
        if (READS.has(action)) readUnits += units;
        else writeUnits += units;
        return response;
      },
    };
  };
  const { endpoint, stop } = await startProxy(target, handle);
  return {
    endpoint,
    get writeUnits() {
      return writeUnits;
    },
    get readUnits() {
      return readUnits;
    },
    get requests() {
      return requests;
    },
    firehoseRecords,
    stop,
  };
}

function recordsIn(action: string, { Record: one, Records: many }: JsonObject): string[] {
  const records: JsonValue[] =
    action === "PutRecord" && one !== undefined
      ? [one]
      : action === "PutRecordBatch" && Array.isArray(many)
        ? [...many]
        : [];
  return records
    .filter(isJsonObject)
    .map((record) => Buffer.from(String(record["Data"]), "base64").toString());
}

function unitsIn(consumed: JsonValue | undefined): number {
  if (Array.isArray(consumed)) return consumed.reduce((sum: number, one) => sum + unitsIn(one), 0);
  return isJsonObject(consumed) ? Number(consumed["CapacityUnits"] ?? 0) : 0;
}
