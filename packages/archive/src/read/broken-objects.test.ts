import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, test } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import type { Archive } from "../objects.ts";
import { readObject } from "../read-object.ts";
import { type BucketServer, startBucketServer } from "../testing/bucket-server.ts";
import { readObjectLines } from "./object-lines.ts";

const DELIVERY = { id: "1", sentAtMs: 5, topic: "t", attributes: {}, body: "{}" };
const LINE = `${JSON.stringify(DELIVERY)}\n`;
/** A line that does not become smaller when it is zipped. */
const LONG = gzipSync(
  Array.from({ length: 3000 }, (_, id) => JSON.stringify({ ...DELIVERY, id: `${id}` })).join("\n"),
);

describe("an object that cannot be read", () => {
  let server: BucketServer;
  let archive: Archive;
  const objects: Record<string, Buffer> = {
    "cold.gz": gzipSync(LINE),
    "cut.gz": LONG.subarray(0, LONG.length / 2),
    "broken.gz": Buffer.from([0x1f, 0x8b, 1, 2, 3]),
    "long.gz": LONG,
    "long.txt": Buffer.from(LINE.repeat(3000)),
    "mixed.txt": Buffer.from(`${LINE}x\n`),
  };
  beforeAll(async () => {
    server = await startBucketServer({ b: objects });
    archive = { client: server.client, bucket: "b" };
  });
  afterAll(() => server.stop());

  /** Reads an object; returns its parts and how often it was fetched. */
  async function read(key: string, after = 0) {
    server.fetched.length = 0;
    const parts = await collect(readObjectLines(archive, key, after));
    return { parts, fetched: server.fetched.length };
  }

  it("an object that cannot be read because it is gone is one part that says so, and is not looked for again", async () => {
    expect(await read("gone")).toEqual({
      parts: [
        {
          key: "gone",
          deliveries: [],
          lastLine: Number.MAX_SAFE_INTEGER,
          unreadable: [{ line: 0, reason: "the object does not exist" }],
        },
      ],
      fetched: 1,
    });
  });

  it("an object that cannot be read because of its storage class is one part that says so", async () => {
    server.storageClasses.set("cold.gz", "DEEP_ARCHIVE");
    const { parts, fetched } = await read("cold.gz");
    server.storageClasses.clear();
    const reason = "the object is in a storage class that must be restored first";
    expect(parts).toEqual([
      {
        key: "cold.gz",
        deliveries: [],
        unreadable: [{ line: 0, reason }],
        lastLine: Number.MAX_SAFE_INTEGER,
      },
    ]);
    expect(fetched).toBe(1);
    expect((await read("cold.gz")).parts).toMatchObject([
      { deliveries: [{ line: 1 }], lastLine: 1 },
    ]);
  });

  test.each([
    ["cut.gz", "the gzipped object is broken: unexpected end of file"],
    ["broken.gz", "the gzipped object is broken: "],
  ])(
    "an object that cannot be read because it is broken is read twice, in case the connection was: %s",
    async (key, reason) => {
      const { parts, fetched } = await read(key);
      expect(fetched).toBe(2);
      expect(parts.at(-1)).toMatchObject({
        key,
        deliveries: [],
        lastLine: Number.MAX_SAFE_INTEGER,
      });
      expect(parts.at(-1)?.unreadable).toEqual([
        { line: 0, reason: expect.stringContaining(reason) },
      ]);
      const numbers = parts.flatMap(({ deliveries }) => deliveries.map(({ line }) => line));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      await expect(readObject(archive, key)).rejects.toMatchObject({
        code: "input-invalid",
        permanent: true,
        message: expect.stringMatching(`^${key}: ${reason}.*\\.$`),
      });
    },
  );

  test.each(["long.gz", "long.txt"])(
    "an object that cannot be read because connections break is read four times at most: %s",
    async (key) => {
      for (const cuts of [0, 1, 3]) {
        server.cuts.set(key, cuts);
        const { parts, fetched } = await read(key);
        const lines = parts.flatMap(({ deliveries }) => deliveries.map(({ line }) => line));
        expect(lines).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1));
        expect(fetched).toBe(cuts + 1);
      }
      server.cuts.set(key, 5);
      await expect(read(key)).rejects.toThrow();
      expect(server.fetched).toHaveLength(4);
    },
  );

  it("an object that cannot be read because it may not be is an error at once", async () => {
    server.forbidden.add("cold.gz");
    await expect(read("cold.gz")).rejects.toMatchObject({ name: "AccessDenied" });
    server.forbidden.clear();
    expect(server.fetched).toHaveLength(1);
  });

  it("an object that cannot be read to its end is reported with the number of the wrong line", async () => {
    await expect(readObject(archive, "mixed.txt")).rejects.toMatchObject({
      code: "input-invalid",
      permanent: true,
      message: "mixed.txt, line 2: the line is not a delivery.",
    });
  });
});

describe("a small object", () => {
  test.each<[string, Buffer, readonly number[]]>([
    ["nothing", Buffer.alloc(0), []],
    ["a line feed", Buffer.from("\n"), [1]],
    ["two line feeds", Buffer.from("\n\n"), [2]],
    ["three bytes", Buffer.from("PAR"), [1]],
    ["nothing, zipped", gzipSync(""), []],
    ["a letter, zipped", gzipSync("x"), [1]],
    ["a line", Buffer.from(LINE), [1]],
  ])("an object with %s is read to its last line", async (_, bytes, lastLines) => {
    const server = await startBucketServer({ b: { key: bytes } });
    const parts = await collect(readObjectLines({ client: server.client, bucket: "b" }, "key"));
    await server.stop();
    expect(parts.map(({ lastLine }) => lastLine)).toEqual(lastLines);
  });
});
