import { messageOf } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject } from "@rainhooks/core/json";
import { readParquetRows } from "../read-parquet-rows.ts";
import type { DeliveryLine, ObjectLines, UnreadableLine } from "./lines.ts";
import { toDelivery } from "./parse-line.ts";

/** Rows of a part. */
const ROWS = 1000;
const COLUMNS = ["id", "sentatms", "topic", "attributes", "body"];

/** The folder of a topic. Where topics have folders, rows have no column for them. */
const TOPIC_FOLDER = /\/topic=([^/]+)\//;

/** An object that is no complete Parquet file. */
export class BrokenParquet extends Error {}

/**
 * Reads the rows of a Parquet object. Firehose writes each buffer as one object, so it is never larger than a
 * buffer.
 */
export async function* parquetRows(key: string, bytes: Buffer, after: number): AsyncGenerator<ObjectLines> {
  const rows = await readRows(bytes);
  const topic = TOPIC_FOLDER.exec(key)?.[1];
  for (let start = after; start < rows.length; start += ROWS) {
    const deliveries: DeliveryLine[] = [];
    const unreadable: UnreadableLine[] = [];
    const some = rows.slice(start, start + ROWS);
    for (const [index, row] of some.entries()) {
      const line = start + index + 1;
      const delivery = toDelivery(fieldsOf(row, topic));
      if (delivery === undefined) unreadable.push({ line, reason: "the row is not a delivery" });
      else deliveries.push({ line, delivery });
    }
    yield { key, deliveries, unreadable, lastLine: start + some.length };
  }
}

async function readRows(bytes: Buffer): Promise<readonly unknown[]> {
  try {
    return (await readParquetRows(bytes, COLUMNS)).rows;
  } catch (error) {
    throw new BrokenParquet(messageOf(error), { cause: error });
  }
}

/** Returns the fields of a row by their names in JSON. */
function fieldsOf(row: unknown, topicOfFolder: string | undefined): JsonObject {
  if (!isJsonObject(row)) return {};
  const { id, sentatms, topic, attributes, body } = row as Readonly<Record<string, unknown>>;
  return {
    id: textOf(id),
    sentAtMs: typeof sentatms === "bigint" || typeof sentatms === "number" ? Number(sentatms) : null,
    topic: textOf(topic) ?? topicOfFolder ?? null,
    attributes: isJsonObject(attributes) ? attributes : {},
    body: textOf(body),
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
