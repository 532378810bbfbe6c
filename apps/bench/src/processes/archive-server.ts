/*
 * What a replay needs of AWS, in a process of its own: S3 from the files of a folder, and a queue and a table that take everything and keep
 * nothing. The arguments are the folder, and the milliseconds after which the queue responds.
 */
import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { serveParent } from "./parent.ts";

const [folder = "", responseMs = "0"] = process.argv.slice(2);
const keys = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  .sort();
let sent = 0;

interface Input {
  readonly MessageBody?: string;
  readonly Entries?: readonly { readonly Id: string; readonly MessageBody: string }[];
}

const RESPONSES: Readonly<Record<string, (input: Input) => object>> = {
  SendMessageBatch: ({ Entries = [] }) => {
    sent += Entries.length;
    const Successful = Entries.map(({ Id, MessageBody }) => ({ Id, ...accepted(MessageBody) }));
    return { Successful, Failed: [] };
  },
  SendMessage: ({ MessageBody = "" }) => {
    sent += 1;
    return accepted(MessageBody);
  },
  GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: "0" } }),
};

/** Clients check the hash. */
function accepted(body: string): object {
  return { MessageId: "m", MD5OfMessageBody: createHash("md5").update(body).digest("hex") };
}

function listing(query: URLSearchParams): string {
  if (query.has("delimiter"))
    return page([], "<CommonPrefixes><Prefix>deliveries/2026/</Prefix></CommonPrefixes>");
  const after = query.get("start-after") ?? "";
  return page(keys.filter((key) => key > after));
}

function page(listed: readonly string[], more = ""): string {
  const contents = listed.map(
    (key) => `<Contents><Key>${key}</Key><Size>${statSync(join(folder, key)).size}</Size></Contents>`,
  );
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${more}${contents.join("")}</ListBucketResult>`;
}

const server = createServer(async (request, response) => {
  const action = String(request.headers["x-amz-target"] ?? "").split(".")[1];
  if (action !== undefined) {
    const input = (await json(request)) as Input;
    if (Number(responseMs) > 0 && action.startsWith("Send")) await pause(Number(responseMs));
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify(RESPONSES[action]?.(input) ?? {}));
    return;
  }
  const url = new URL(request.url ?? "/", "http://s3");
  const key = url.pathname.split("/").slice(2).join("/");
  if (key === "") {
    response.setHeader("content-type", "application/xml");
    response.end(listing(url.searchParams));
  } else createReadStream(join(folder, key)).pipe(response);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  serveParent({ endpoint: `http://127.0.0.1:${port}` }, async () => ({ sent }));
});
