import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { listenOnLoopback } from "@rainhooks/testing";

/** A call to AWS in the words of IAM. */
interface RecordedCall {
  /** Such as `dynamodb:PutItem`. */
  readonly action: string;
  /** Name of the table, index (`<table>/index/<index>`), stream or queue. */
  readonly resource: string;
}

/** Passes calls on to an AWS endpoint and keeps a record of them. */
export interface CallRecorder {
  readonly endpoint: string;
  readonly calls: readonly RecordedCall[];
  stop(): Promise<void>;
}

const SERVICE = /Credential=[^/]+\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/;
/** Headers that belong to a connection and not to what is passed on. */
const HOP_HEADERS = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "keep-alive",
  "expect",
]);

/** Starts a recorder before `target`. */
export async function startCallRecorder(target: string): Promise<CallRecorder> {
  const calls: RecordedCall[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const service = SERVICE.exec(request.headers.authorization ?? "")?.[1] ?? "unknown";
    const action = String(request.headers["x-amz-target"] ?? request.method).replace(/^.*\./, "");
    for (const resource of resourcesOf(body.toString("utf8"))) {
      // IAM knows no action of its own for batches of messages.
      calls.push({ action: `${service}:${action.replace(/^SendMessageBatch$/, "SendMessage")}`, resource });
    }
    const headers = Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name)) as [
      string,
      string,
    ][];
    const answer = await fetch(target + request.url, {
      method: request.method ?? "POST",
      headers: [...headers, ["x-forwarded-host", new URL(target).host]],
      body,
    });
    const content = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    response.end(content);
  });
  return {
    endpoint: await listenOnLoopback(server),
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function resourcesOf(body: string): string[] {
  const { TableName, IndexName, RequestItems, DeliveryStreamName, QueueUrl } = JSON.parse(body) as Record<
    string,
    unknown
  >;
  if (typeof RequestItems === "object" && RequestItems !== null) return Object.keys(RequestItems);
  if (typeof IndexName === "string") return [`${TableName}/index/${IndexName}`];
  const name = TableName ?? DeliveryStreamName ?? QueueUrl;
  return typeof name === "string" ? [name.slice(name.lastIndexOf("/") + 1)] : ["unknown"];
}
