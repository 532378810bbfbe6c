/*
 * Services that do nothing, in a process of their own: each call succeeds after 5 ms, and reads
 * find nothing. The embedded DynamoDB is slower than the handlers that call it, so it cannot show
 * how fast they are. A scan finds what workers of extensions look for; their receiver, at {@link
 * RECEIVER_PATH}, responds after 50 ms.
 */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { marshall } from "@aws-sdk/util-dynamodb";
import { WORKER_BENCHES } from "@rainhooks/extensions/bench";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { serveParent } from "./parent.ts";

const RESPONSE_MS = 5;
const RECEIVER_MS = 50;
const RECEIVER_PATH = "/hooks";

type Input = Readonly<Record<string, unknown>>;

/** Items that a scan finds. */
const scanned: readonly object[] = WORKER_BENCHES.flatMap((of) =>
  of.scanned.map((item) => marshall(item, { removeUndefinedValues: true })),
);

/** Calls whose response has a result for each entry. */
const RESPONSES: Readonly<Record<string, (input: Input) => object>> = {
  BatchGetItem: () => ({ Responses: {}, UnprocessedKeys: {} }),
  BatchWriteItem: () => ({ UnprocessedItems: {} }),
  BatchExecuteStatement: ({ Statements }) => ({ Responses: each(Statements, () => ({})) }),
  GetParameter: () => ({ Parameter: { Value: secrets } }),
  Scan: () => ({ Items: scanned, Count: scanned.length, ScannedCount: scanned.length }),
  SendMessageBatch: ({ Entries }) => ({
    Successful: each(Entries, (_, { Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: createHash("md5").update(String(MessageBody)).digest("hex"),
    })),
  }),
  Query: () => ({ Items: [], Count: 0, ScannedCount: 0 }),
  PutRecordBatch: ({ Records }) => ({
    FailedPutCount: 0,
    RequestResponses: each(Records, (index) => ({ RecordId: String(index) })),
  }),
};

function each(entries: unknown, responseOf: (index: number, entry: Input) => object): object[] {
  return Array.isArray(entries) ? entries.map((entry, index) => responseOf(index, entry)) : [];
}

let secrets = "";

const server = createServer(async (request, response) => {
  if (request.url === RECEIVER_PATH) {
    request.resume();
    await pause(RECEIVER_MS);
    response.writeHead(204).end();
    return;
  }
  const action = String(request.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
  const input = (await json(request)) as Input;
  await pause(RESPONSE_MS);
  response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
  response.end(JSON.stringify(RESPONSES[action]?.(input) ?? {}));
});
const endpoint = await listenOnLoopback(server);
secrets = WORKER_BENCHES[0]?.secretsOf(`${endpoint}${RECEIVER_PATH}`) ?? "";
serveParent({ endpoint }, async () => ({}));
