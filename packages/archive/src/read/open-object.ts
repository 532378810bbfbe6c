import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { GetObjectCommand, InvalidObjectState, NoSuchKey } from "@aws-sdk/client-s3";
import type { Archive } from "../objects.ts";

/** First two bytes of gzip. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** An object that is being read: its plain text as it comes. */
type OpenedObject =
  | { readonly kind: "text"; readonly bytes: AsyncIterable<Buffer> }
  | { readonly kind: "gone"; readonly reason: string };

/** Opens an object, zipped or not. */
export async function openObject({ client, bucket }: Archive, key: string): Promise<OpenedObject> {
  const response = await client
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    .catch((error: unknown) => {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      return { reason };
    });
  if ("reason" in response) return { kind: "gone", reason: response.reason };
  const stream = response.Body instanceof Readable ? response.Body : Readable.from([]);
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const start = await startOf(chunks);
  const whole = joined(start, chunks);
  const isGzip = start.subarray(0, GZIP.length).equals(GZIP);
  return { kind: "text", bytes: isGzip ? unzipped(whole) : whole };
}

function reasonOf(error: unknown): string | undefined {
  if (error instanceof NoSuchKey) return "the object does not exist";
  if (error instanceof InvalidObjectState)
    return "the object is in a storage class that must be restored first";
  return undefined;
}

/** Reads until it can be told whether it is zipped. */
async function startOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  let start = Buffer.alloc(0);
  while (start.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  return start;
}

async function* joined(start: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield start;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Inflates in zlib's own threads, no faster than the reader takes it. */
async function* unzipped(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 });
  const failed = pipeline(bytes, gunzip).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    // The error of the source, if there is one, and not that of the stream behind it.
    throw (await failed) ?? error;
  } finally {
    gunzip.destroy();
  }
}
