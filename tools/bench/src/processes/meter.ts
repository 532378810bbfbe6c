import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { forward, type ServiceProxy, startProxy } from "@rainhooks/local/aws/faults/proxy";

const READS: ReadonlySet<string> = new Set(["BatchGetItem", "GetItem", "Query", "Scan"]);
/** The calls of a function to services, in the units that AWS bills. */
export interface MeterReading {
  /** Of tables, without their indexes. */
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Records that reached Firehose. */
  readonly firehoseRecords: readonly string[];
  /** Requests to all services. */
  readonly requests: number;
}

/** Services behind a counter. */
interface Meter extends ServiceProxy {
  readonly counted: MeterReading;
}

/**
 * Starts a proxy in this process that counts the calls of a function to services. Calls that are
 * not JSON pass through it.
 */
export async function startMeter(target: string): Promise<Meter> {
  const counted = { writeUnits: 0, readUnits: 0, requests: 0, firehoseRecords: [] as string[] };
  const proxy = await startProxy(async (request, body) => {
    const [service = "", action = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    const input = action === "" ? undefined : tryParseJson(body.toString());
    if (!isJsonObject(input)) return forward(target, request, body);
    counted.requests += 1;
    counted.firehoseRecords.push(...recordsIn(action, input));
    if (!service.startsWith("DynamoDB_")) return forward(target, request, body);
    const asked = Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: "TOTAL" }));
    const reply = await forward(target, request, asked);
    const output = tryParseJson(reply.body.toString());
    if (isJsonObject(output))
      counted[READS.has(action) ? "readUnits" : "writeUnits"] += unitsIn(
        output["ConsumedCapacity"],
      );
    return reply;
  });
  return { ...proxy, counted };
}

function recordsIn(action: string, { Record: one, Records: many }: JsonObject): string[] {
  const records = action === "PutRecord" ? [one] : action === "PutRecordBatch" ? [many].flat() : [];
  return records
    .filter(isJsonObject)
    .map((record) => Buffer.from(String(record["Data"]), "base64").toString());
}

function unitsIn(consumed: JsonValue | undefined): number {
  if (Array.isArray(consumed)) return consumed.reduce((sum: number, one) => sum + unitsIn(one), 0);
  return isJsonObject(consumed) ? Number(consumed["CapacityUnits"] ?? 0) : 0;
}
