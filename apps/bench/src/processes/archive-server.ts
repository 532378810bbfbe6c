/*
 * What a replay needs of AWS, in a process of its own: S3 from the files of a folder, and a queue and a table that take everything and keep
 * nothing. The argument is the folder.
 */
import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { serveParent } from "./parent.ts";

const [folder = ""] = process.argv.slice(2);
const keys = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
  .sort();
let sent = 0;

interface Input {
  readonly Entries?: readonly { readonly Id: string; readonly MessageBody: string }[];
}

const RESPONSES: Readonly<Record<string, (input: Input) => object>> = {
  SendMessageBatch: ({ Entries = [] }) => {
    sent += Entries.length;
    const Successful = Entries.map(({ Id, MessageBody }) => ({
      ...{ Id, MessageId: "m" },
      // Clients check it.
      MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
    }));
    return { Successful, Failed: [] };
  },
  GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: "0" } }),
};

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
