import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import { forward } from "@rainhooks/local/aws/faults/proxy";
import { listenOnLoopback } from "@rainhooks/testing/listen";

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
interface Meter {
  readonly endpoint: string;
  readonly counted: MeterReading;
  stop(): Promise<void>;
}

/**
 * Starts a proxy in this process that counts the calls of a function to services. Calls that are not JSON
 * pass through it.
 */
export async function startMeter(target: string): Promise<Meter> {
  const counted = { writeUnits: 0, readUnits: 0, requests: 0, firehoseRecords: [] as string[] };
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(request);
    const [service = "", action = ""] = String(request.headers["x-amz-target"] ?? "").split(".");
    const input = action === "" ? undefined : tryParseJson(body.toString());
    if (!isJsonObject(input)) return reply(response, await forward(target, request, body));
    counted.requests += 1;
    counted.firehoseRecords.push(...recordsIn(action, input));
    if (!service.startsWith("DynamoDB_")) return reply(response, await forward(target, request, body));
    const asked = Buffer.from(JSON.stringify({ ...input, ReturnConsumedCapacity: "TOTAL" }));
    const found = await forward(target, request, asked);
    const output = tryParseJson(found.body.toString());
    if (isJsonObject(output))
      counted[READS.has(action) ? "readUnits" : "writeUnits"] += unitsIn(output["ConsumedCapacity"]);
    return reply(response, found);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const endpoint = await listenOnLoopback(server);
  return {
    endpoint,
    counted,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Reply = Awaited<ReturnType<typeof forward>>;

function reply(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, headers).end(body);
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
