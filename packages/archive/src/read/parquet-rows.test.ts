import { describe, expect, it, test } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import { parquetWriteBuffer } from "hyparquet-writer";
import { readParquet, writeParquet } from "../parquet.ts";
import { BrokenParquet, parquetRows } from "./parquet-rows.ts";

const COLUMNS = ["id", "sentatms", "topic", "attributes", "body"];
const DELIVERY = { id: "1", sentAtMs: 5, topic: "t", attributes: { a: "b" }, body: "{}" };

async function objectOf(rows: readonly object[], columns: readonly string[] = COLUMNS): Promise<Buffer> {
  return Buffer.from(await writeParquet({ columns, lines: rows.map((row) => JSON.stringify(row)) }));
}

const partsOf = (bytes: Buffer, after = 0) => collect(parquetRows("k", bytes, after));

describe("the rows of a Parquet object", () => {
  it("the rows are read in parts of a thousand, from any row on", async () => {
    const rows = Array.from({ length: 2001 }, (_, index) => ({ ...DELIVERY, id: `id-${index + 1}` }));
    const bytes = await objectOf(rows);
    for (const after of [0, 1, 999, 1000, 1001, 2000, 2001, 5000]) {
      const parts = await partsOf(bytes, after);
      const expected = rows.map((delivery, index) => ({ line: index + 1, delivery })).slice(after);
      expect(parts.flatMap(({ deliveries }) => deliveries)).toEqual(expected);
      expect(parts.map(({ deliveries }) => deliveries.length)).toEqual(
        [1000, 1000, 1000]
          .map((most, index) => Math.min(most, expected.length - index * 1000))
          .filter((n) => n > 0),
      );
      for (const { key, deliveries, lastLine } of parts)
        expect([key, lastLine]).toEqual(["k", deliveries.at(-1)?.line]);
    }
  });

  it("the rows have no topic and no attributes where these are absent", async () => {
    const [part] = await partsOf(await objectOf([{ id: "1", sentAtMs: 5, body: "" }]));
    expect(part?.deliveries).toEqual([
      { line: 1, delivery: { id: "1", sentAtMs: 5, topic: undefined, attributes: {}, body: "" } },
    ]);
  });

  it("the rows without a field that a delivery needs are reported by their numbers, and the others are read", async () => {
    const lacking = ["id", "sentAtMs", "body"].map((name) => ({ ...DELIVERY, [name]: undefined }));
    const [part] = await partsOf(await objectOf([...lacking, DELIVERY, {}]));
    expect(part?.unreadable).toEqual(
      [1, 2, 3, 5].map((line) => ({ line, reason: "the row is not a delivery" })),
    );
    expect(part?.deliveries).toEqual([{ line: 4, delivery: DELIVERY }]);
    expect(part?.lastLine).toBe(5);
  });

  it("the rows may have a time of 32 bits, unknown columns, and attributes that are not a map", async () => {
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: "id", data: ["1", "2"], type: "STRING" },
        { name: "sentatms", data: [5, 6], type: "INT32" },
        { name: "topic", data: ["t", "t"], type: "STRING" },
        { name: "attributes", data: ["none", "none"], type: "STRING" },
        { name: "body", data: ["{}", "{}"], type: "STRING" },
        { name: "more", data: [1, 2], type: "INT32" },
      ],
    });
    const [part] = await partsOf(Buffer.from(bytes));
    expect(part?.deliveries.map(({ delivery }) => delivery)).toEqual([
      { ...DELIVERY, attributes: {} },
      { ...DELIVERY, id: "2", sentAtMs: 6, attributes: {} },
    ]);
  });

  it("the rows have the topic of their folder if topics have folders and the rows have no column for it", async () => {
    const columns = COLUMNS.filter((name) => name !== "topic");
    const topicOf = async (key: string, bytes: Buffer) => {
      const [part] = await collect(parquetRows(key, bytes, 0));
      expect(part?.unreadable).toEqual([]);
      return part?.deliveries[0]?.delivery.topic;
    };
    const bytes = await objectOf([DELIVERY], columns);
    expect(await topicOf("deliveries/topic=node_alert/2026/11/24/08/a.parquet", bytes)).toBe("node_alert");
    expect(await topicOf("deliveries/2026/11/24/08/a.parquet", bytes)).toBeUndefined();
    expect(await topicOf("deliveries/2026/11/24/08/topic=x", bytes)).toBeUndefined();
    expect(await topicOf("deliveries/topic=other/a.parquet", await objectOf([DELIVERY]))).toBe("t");
  });

  it("the rows of bytes that are no Parquet object cannot be read", async () => {
    await expect(partsOf(Buffer.from("PAR1 and so on"))).rejects.toThrow(BrokenParquet);
  });
});

test("a Parquet object keeps rows that are no deliveries as they are", async () => {
  const columns = [...COLUMNS, "more"];
  const rows = [{ id: "1", more: "x" }, { sentAtMs: 0, attributes: {} }, { sentAtMs: "soon" }];
  const read = await readParquet(await objectOf(rows, columns));
  expect(read.columns).toEqual(columns);
  const present = read.lines.map((line) => {
    const row: Record<string, unknown> = JSON.parse(line);
    return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  });
  expect(present).toEqual([{ id: "1", more: "x" }, { sentAtMs: 0, attributes: {} }, {}]);
  expect(read.lines[0]).not.toContain("sentAtMs");
});
