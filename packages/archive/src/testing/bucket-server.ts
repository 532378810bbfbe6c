import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { InvalidObjectState, NoSuchKey, S3Client, S3ServiceException } from "@aws-sdk/client-s3";

/** Objects by their keys, of each bucket. */
export type Buckets = Record<string, Record<string, Buffer>>;

/** A service with the part of S3 that reading an archive needs, and keeping files beside it. */
export interface BucketServer {
  readonly client: S3Client;
  readonly buckets: Buckets;
  /** Keys of the objects that were fetched. */
  readonly fetched: string[];
  /** How often to break the connection in the middle of an object, by its key. */
  readonly cuts: Map<string, number>;
  /** When objects were written, by key; for others it is not known. */
  readonly writtenAtMs: Map<string, number>;
  /** Storage classes of objects, by key. */
  readonly storageClasses: Map<string, string>;
  /** Keys of objects that may not be read. */
  readonly forbidden: Set<string>;
  stop(): Promise<void>;
}

type State = Omit<BucketServer, "client" | "stop">;

/** The used part of the inputs of all commands. */
interface Input {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly Range?: string;
  readonly IfMatch?: string;
  readonly Body?: string | Uint8Array;
  readonly Delete?: { readonly Objects: readonly { readonly Key: string }[] };
  readonly Prefix?: string;
  readonly Delimiter?: string;
  /** What was undefined is null in a request that was sent as JSON. */
  readonly StartAfter?: string | null;
  readonly ContinuationToken?: string;
}

/**
 * Starts a service with buckets: listing in order, page by page; getting, putting and deleting
 * objects. Clients of S3 take more processor time for a call by HTTP than most tests for all else,
 * so there is none.
 */
export async function startBucketServer(buckets: Buckets, pageSize = 2): Promise<BucketServer> {
  const state = {
    buckets,
    fetched: [] as string[],
    cuts: new Map<string, number>(),
    writtenAtMs: new Map<string, number>(),
    storageClasses: new Map<string, string>(),
    forbidden: new Set<string>(),
  };
  const client = new S3Client({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  client.middlewareStack.add(
    (_, { commandName = "" }) =>
      async ({ input }) => ({
        response: {},
        output: { $metadata: {}, ...perform(commandName, Object(input), state, pageSize) },
      }),
    { step: "initialize", priority: "low", name: "inProcess" },
  );
  return { ...state, client, stop: async () => client.destroy() };
}

function perform(commandName: string, input: Input, state: State, pageSize: number): object {
  const { Bucket = "", Key = "", IfMatch, Body = "", Delete } = input;
  const objects = state.buckets[Bucket] ?? {};
  state.buckets[Bucket] = objects;
  switch (commandName) {
    case "ListObjectsV2Command":
      return listing(objects, state, input, pageSize);
    case "GetObjectCommand":
      return get(objects[Key], Key, state, input);
    case "PutObjectCommand":
      if (IfMatch !== undefined && IfMatch !== etagOf(objects[Key]))
        throw refusal("PreconditionFailed");
      objects[Key] = Buffer.from(Body);
      return {};
    case "DeleteObjectsCommand":
      for (const one of Delete?.Objects ?? []) delete objects[one.Key];
      return {};
    case "ListObjectVersionsCommand":
      return {};
    default:
      throw new TypeError(`${commandName} is not supported by this service.`);
  }
}

/** Storage classes whose objects must be restored before they can be read. */
const FROZEN = ["GLACIER", "DEEP_ARCHIVE"];

/** Returns an object, or a part of it. */
function get(
  object: Buffer | undefined,
  key: string,
  { fetched, cuts, forbidden, storageClasses }: State,
  { Range = "" }: Input,
): object {
  fetched.push(key);
  const message = "The object cannot be read.";
  if (object === undefined) throw new NoSuchKey({ message, $metadata: {} });
  if (forbidden.has(key)) throw refusal("AccessDenied");
  if (FROZEN.includes(storageClasses.get(key) ?? ""))
    throw new InvalidObjectState({ message, $metadata: {} });
  const [, first = 0, last = object.length] = /^bytes=(\d+)-(\d+)$/.exec(Range) ?? [];
  const cut = cuts.get(key) ?? 0;
  if (cut > 0) cuts.set(key, cut - 1);
  const stream = Readable.from(chunksOf(object.subarray(Number(first), Number(last) + 1), cut > 0));
  return {
    ETag: etagOf(object),
    Body: Object.assign(stream, { transformToByteArray: () => buffer(stream) }),
  };
}

/** How much comes at once. */
const CHUNK_BYTES = 64 * 1024;

/** Returns an object as a connection has it, which may break in the middle. */
async function* chunksOf(object: Buffer, isCut: boolean): AsyncGenerator<Buffer> {
  const end = isCut ? Math.ceil(object.length / 2) : object.length;
  for (let at = 0; at < end; at += CHUNK_BYTES)
    yield object.subarray(at, Math.min(end, at + CHUNK_BYTES));
  if (isCut) throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
}

function refusal(name: string): S3ServiceException {
  return new S3ServiceException({
    name,
    $fault: "client",
    $metadata: {},
    message: "The service refuses it.",
  });
}

function etagOf(object: Buffer | undefined): string {
  return object === undefined ? "" : `"${createHash("md5").update(object).digest("hex")}"`;
}

function listing(
  objects: Record<string, Buffer>,
  { writtenAtMs, storageClasses }: State,
  { Prefix = "", Delimiter, StartAfter, ContinuationToken }: Input,
  pageSize: number,
): object {
  const keys = Object.keys(objects)
    .filter((one) => one.startsWith(Prefix))
    .sort();
  if (Delimiter !== undefined) {
    const folders = new Set(
      keys.map((one) => `${Prefix}${one.slice(Prefix.length).split(Delimiter)[0]}/`),
    );
    return { CommonPrefixes: [...folders].map((folder) => ({ Prefix: folder })) };
  }
  const after = ContinuationToken ?? StartAfter ?? "";
  const listed = keys.filter((one) => one > after);
  const page = listed.slice(0, pageSize);
  const IsTruncated = listed.length > page.length;
  const Contents = page.map((Key) => {
    const atMs = writtenAtMs.get(Key);
    const LastModified = atMs === undefined ? undefined : new Date(atMs);
    return { Key, Size: objects[Key]?.length, LastModified, StorageClass: storageClasses.get(Key) };
  });
  return { IsTruncated, Contents, ...(IsTruncated ? { NextContinuationToken: page.at(-1) } : {}) };
}
