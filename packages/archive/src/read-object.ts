import { gunzipSync } from "node:zlib";
import { GetObjectCommand, NoSuchKey } from "@aws-sdk/client-s3";
import {
  type Delivery,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  RainhooksError,
  tryParseJson,
} from "@rainhooks/core";
import type { Archive } from "./objects.ts";

/** First two bytes of gzip, and first four of Parquet. */
const GZIP = Buffer.from([0x1f, 0x8b]);
const PARQUET = Buffer.from("PAR1");

/**
 * Reads the deliveries of an object: JSON, one per line, optionally gzipped.
 *
 * @throws {RainhooksError} `not-found` when there is no such object, `input-invalid` for an object of another format.
 */
export async function readObject({ client, bucket }: Archive, key: string): Promise<Delivery[]> {
  const { Body } = await client
    .send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    .catch((error: unknown) => {
      if (!(error instanceof NoSuchKey)) throw error;
      throw new RainhooksError("not-found", `There is no object ${key} in ${bucket}.`, { permanent: true });
    });
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  if (bytes.subarray(0, PARQUET.length).equals(PARQUET)) {
    throw unreadable(
      `${key} is a Parquet file and cannot be printed. Use "rainhooks archive query" instead.`,
    );
  }
  const plain = bytes.subarray(0, GZIP.length).equals(GZIP) ? gunzipSync(bytes) : bytes;
  return plain
    .toString("utf8")
    .split("\n")
    .flatMap((line, index) => (line === "" ? [] : [toDelivery(line, `${key}, line ${index + 1}`)]));
}

function toDelivery(line: string, where: string): Delivery {
  const parsed = tryParseJson(line);
  const { id, sentAtMs, topic, attributes = {}, body }: JsonObject = isJsonObject(parsed) ? parsed : {};
  const hasTopic = topic === undefined || topic === null || typeof topic === "string";
  if (
    typeof id !== "string" ||
    typeof sentAtMs !== "number" ||
    !hasTopic ||
    typeof body !== "string" ||
    !isTexts(attributes)
  ) {
    throw unreadable(`${where} is not a delivery.`);
  }
  return { id, sentAtMs, topic: topic ?? undefined, attributes, body };
}

function isTexts(value: JsonValue): value is Readonly<Record<string, string>> {
  return isJsonObject(value) && Object.values(value).every((one) => typeof one === "string");
}

function unreadable(message: string): RainhooksError {
  return new RainhooksError("input-invalid", message, { permanent: true });
}
