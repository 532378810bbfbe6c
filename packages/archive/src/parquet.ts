import type { JsonObject } from "@rainhooks/core/json";
import type { parquetWriteBuffer } from "hyparquet-writer";
import { readParquetRows } from "./read-parquet-rows.ts";

/** A Parquet object as lines of JSON, and the names of its columns. */
export interface ParquetLines {
  readonly columns: readonly string[];
  /** One line for each row; a row that is no delivery has what it has. */
  readonly lines: readonly string[];
}

/** The columns of an archive that are no texts. */
const TIME = "sentatms";
const ATTRIBUTES = "attributes";
/** In the lines, the time has the name of a delivery's field. */
const TIME_FIELD = "sentAtMs";

/**
 * Reads a Parquet object of an archive.
 *
 * @throws What hyparquet throws for an object that is broken.
 */
export async function readParquet(bytes: Uint8Array): Promise<ParquetLines> {
  const { columns, rows } = await readParquetRows(bytes);
  return { columns, lines: rows.map((row) => JSON.stringify(fieldsOf(row))) };
}

function fieldsOf({ [TIME]: sentAtMs, ...row }: Readonly<Record<string, unknown>>): object {
  return sentAtMs === undefined || sentAtMs === null ? row : { ...row, [TIME_FIELD]: Number(sentAtMs) };
}

/**
 * Writes lines as a Parquet object with some columns, as Firehose does: texts, a 64-bit time, a map of
 * attributes, compressed with Snappy.
 *
 * @param lines From {@link readParquet}, with other values.
 */
export async function writeParquet({ columns, lines }: ParquetLines): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const rows = lines.map((line) => JSON.parse(line) as JsonObject);
  const schema = [{ name: "root", num_children: columns.length }, ...columns.flatMap(elementsOf)];
  const columnData = columns.map((name) => ({ name, data: rows.map((row) => cellOf(row, name)) }));
  return new Uint8Array(parquetWriteBuffer({ schema, columnData }));
}

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]["schema"]>[number];

const OPTIONAL = { repetition_type: "OPTIONAL" } as const;
const TEXT = { type: "BYTE_ARRAY", converted_type: "UTF8" } as const;

function elementsOf(name: string): SchemaElement[] {
  if (name === TIME) return [{ name, type: "INT64", ...OPTIONAL }];
  if (name !== ATTRIBUTES) return [{ name, ...TEXT, ...OPTIONAL }];
  return [
    { name, converted_type: "MAP", ...OPTIONAL, num_children: 1 },
    { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
    { name: "key", ...TEXT, repetition_type: "REQUIRED" },
    { name: "value", ...TEXT, ...OPTIONAL },
  ];
}

function cellOf(row: JsonObject, name: string): unknown {
  if (name === TIME) return typeof row[TIME_FIELD] === "number" ? BigInt(row[TIME_FIELD]) : null;
  const value = row[name] ?? null;
  if (name !== ATTRIBUTES || value === null) return value;
  return Object.entries(value).map(([key, one]) => ({ key, value: one }));
}
