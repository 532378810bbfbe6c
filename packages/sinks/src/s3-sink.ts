import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { messageOf, RainhooksError } from "@rainhooks/core";
import { packLines } from "./lines.ts";
import { failAll, type Sink } from "./sink.ts";

/** Where and how an S3 sink writes. */
export interface S3SinkOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** What comes before an object's name, such as `deliveries/`. */
  readonly prefix: string;
  /** Bytes of JSON in an object at most, before compression. Default 64 MiB. */
  readonly objectBytes?: number;
}

/**
 * Writes items straight to S3 as gzipped newline-delimited JSON, one object per call. An object is named by the ids
 * of its items, so the same batch written again replaces itself.
 */
export function s3Sink(options: S3SinkOptions): Sink<unknown> {
  const { client, bucket, prefix, objectBytes = 64 * 1024 * 1024 } = options;
  return {
    write: async (items) => {
      const { packets, failures } = packLines(items, objectBytes);
      const written = packets.map(async ({ ids, data }) => {
        const key = `${prefix}${createHash("sha256").update(ids.join("\n")).digest("hex").slice(0, 32)}.ndjson.gz`;
        try {
          await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: gzipSync(data) }));
          return [];
        } catch (error) {
          const message = `S3 bucket ${bucket} did not take ${key}: ${messageOf(error)}`;
          return failAll(ids, new RainhooksError("sink-unavailable", message, { cause: error }));
        }
      });
      return [...failures, ...(await Promise.all(written)).flat()];
    },
  };
}
