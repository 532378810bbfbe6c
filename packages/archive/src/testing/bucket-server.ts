import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { S3Client } from "@aws-sdk/client-s3";
import { listenOnLoopback } from "@rainhooks/testing/listen";

/** Objects by their keys, of each bucket. */
export type Buckets = Record<string, Record<string, Buffer>>;

/** A service with the part of S3 that reading an archive needs, and keeping files beside it. */
export interface BucketServer {
  readonly client: S3Client;
  readonly buckets: Buckets;
  /** Keys of the objects that were fetched. */
  readonly fetched: string[];
  /** How often to close the connection in the middle of an object, by its key. */
  readonly cuts: Map<string, number>;
  /** When objects were written, by key; for others it is not known. */
  readonly writtenAtMs: Map<string, number>;
  /** Storage classes of objects, by key. */
  readonly storageClasses: Map<string, string>;
  /** Keys of objects that may not be read. */
  readonly forbidden: Set<string>;
  stop(): Promise<void>;
}

/** Starts a service with buckets: listing in order, page by page; getting, putting and deleting objects. */
export async function startBucketServer(buckets: Buckets, pageSize = 2): Promise<BucketServer> {
  const state = {
    ...{ buckets, fetched: [] as string[], cuts: new Map<string, number>() },
    ...{ writtenAtMs: new Map<string, number>(), storageClasses: new Map<string, string>() },
    forbidden: new Set<string>(),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://s3");
    const [bucket = "", ...rest] = url.pathname.slice(1).split("/");
    const objects = buckets[bucket] ?? {};
    buckets[bucket] = objects;
    const key = decodeURIComponent(rest.join("/"));
    response.setHeader("content-type", "application/xml");
    if (request.method !== "GET") void change(objects, key, request, response);
    else if (key === "") response.end(listing(objects, state, url.searchParams, pageSize));
    else get(objects[key], key, state, request, response);
  });
  const client = new S3Client({
    endpoint: await listenOnLoopback(server),
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    forcePathStyle: true,
  });
  return { ...state, client, stop: () => stop(server, client) };
}

/** Sends an object, a part of it, or why it cannot be read. */
function get(
  object: Buffer | undefined,
  key: string,
  { fetched, cuts, forbidden, storageClasses }: Omit<BucketServer, "client" | "stop">,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  fetched.push(key);
  const refusal = refusalOf(object, forbidden.has(key), storageClasses.get(key));
  if (object === undefined || refusal !== undefined) {
    response.statusCode = refusal === "NoSuchKey" ? 404 : 403;
    response.end(`<Error><Code>${refusal}</Code><Message>The object cannot be read.</Message></Error>`);
    return;
  }
  response.setHeader("etag", etagOf(object));
  if (sendRange(object, request.headers.range, response)) return;
  const cut = cuts.get(key) ?? 0;
  response.setHeader("content-length", object.length);
  if (cut === 0) {
    response.end(object);
    return;
  }
  cuts.set(key, cut - 1);
  response.write(object.subarray(0, Math.ceil(object.length / 2)), () =>
    setImmediate(() => response.destroy()),
  );
}

function etagOf(object: Buffer | undefined): string {
  return object === undefined ? "" : `"${createHash("md5").update(object).digest("hex")}"`;
}

/** Storage classes whose objects must be restored before they can be read. */
const FROZEN = ["GLACIER", "DEEP_ARCHIVE"];

function refusalOf(
  object: Buffer | undefined,
  isForbidden: boolean,
  storageClass = "STANDARD",
): string | undefined {
  if (object === undefined) return "NoSuchKey";
  if (isForbidden) return "AccessDenied";
  return FROZEN.includes(storageClass) ? "InvalidObjectState" : undefined;
}

/** Sends a part of an object, if one was asked for. */
function sendRange(object: Buffer, header: string | undefined, response: ServerResponse): boolean {
  const range = /^bytes=(\d+)-(\d+)$/.exec(header ?? "");
  if (range === null) return false;
  const part = object.subarray(Number(range[1]), Number(range[2]) + 1);
  response.writeHead(206, { "content-length": part.length });
  response.end(part);
  return true;
}

/** Puts an object, or deletes those that a request for several names. */
async function change(
  objects: Record<string, Buffer>,
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request);
  const { "if-match": expected } = request.headers;
  if (request.method === "PUT") {
    if (expected !== undefined && expected !== etagOf(objects[key])) {
      response.statusCode = 412;
      response.end("<Error><Code>PreconditionFailed</Code><Message>It has changed.</Message></Error>");
      return;
    }
    objects[key] = body;
    response.end();
    return;
  }
  for (const [, name = ""] of body.toString("utf8").matchAll(/<Key>([^<]*)<\/Key>/g)) delete objects[name];
  response.end("<DeleteResult></DeleteResult>");
}

async function stop(server: Server, client: S3Client): Promise<void> {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

function listing(
  objects: Record<string, Buffer>,
  { writtenAtMs, storageClasses }: Pick<BucketServer, "writtenAtMs" | "storageClasses">,
  query: URLSearchParams,
  pageSize: number,
): string {
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const keys = Object.keys(objects)
    .filter((one) => one.startsWith(prefix))
    .sort();
  const folders = new Set(keys.map((one) => `${prefix}${one.slice(prefix.length).split("/")[0]}/`));
  const listed = keys.filter((one) => one > after);
  const page = listed.slice(0, pageSize);
  const hasMore = listed.length > page.length && !query.has("delimiter");
  const contents = query.has("delimiter")
    ? [...folders].map((one) => `<CommonPrefixes><Prefix>${one}</Prefix></CommonPrefixes>`)
    : page.map((one) => {
        const atMs = writtenAtMs.get(one);
        const written =
          atMs === undefined ? "" : `<LastModified>${new Date(atMs).toISOString()}</LastModified>`;
        const storageClass = storageClasses.get(one);
        const stored = storageClass === undefined ? "" : `<StorageClass>${storageClass}</StorageClass>`;
        return `<Contents><Key>${one}</Key><Size>${objects[one]?.length}</Size>${written}${stored}</Contents>`;
      });
  const next = hasMore ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${hasMore}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`;
}
