import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import fc from "fast-check";
import type { Archive } from "../objects.ts";
import { type BucketServer, startBucketServer } from "../testing/bucket-server.ts";
import { readObjectLines } from "./object-lines.ts";
import { type ArchiveCursor, listHours, readHours } from "./read-hours.ts";

function delivery(index: number): Delivery {
  return {
    id: `id-${index}`,
    sentAtMs: index,
    topic: "esp_rainmaker_sns_node_alert",
    attributes: { event_type: "rmaker.event.alert" },
    body: `{"n":${index},"text":"ünö \u2028"}`,
  };
}

function lines(from: number, to: number): string {
  return Array.from(
    { length: to - from },
    (_, index) => `${JSON.stringify(delivery(from + index))}\n`,
  ).join("");
}

describe("the lines of an object", () => {
  let server: BucketServer;
  let archive: Archive;
  const objects: Record<string, Buffer> = {};
  const put = (key: string, bytes: Buffer) => {
    objects[key] = bytes;
  };
  const read = (key: string, after = 0) => collect(readObjectLines(archive, key, after));
  const idsOf = async (key: string, after = 0) =>
    (await read(key, after)).flatMap(({ deliveries }) =>
      deliveries.map(({ delivery: { id } }) => id),
    );

  beforeAll(async () => {
    server = await startBucketServer({ b: objects });
    archive = { client: server.client, bucket: "b" };
  });
  afterAll(() => server.stop());

  it("the lines that the reader does not want are not parsed, except the first of each part", async () => {
    put("wanted.gz", gzipSync(`${lines(0, 400)}no delivery\n${lines(400, 2000)}`));
    const isOdd = (line: string) => /"id":"id-\d*[13579]"/.test(line);
    const parts = await collect(readObjectLines(archive, "wanted.gz", 10, isOdd));
    const ids = parts.flatMap(({ deliveries }) => deliveries.map(({ delivery: { id } }) => id));
    const firsts = parts.map(({ deliveries: [first] }) => first?.delivery.id ?? "");
    const all = await idsOf("wanted.gz", 10);
    expect(ids).toEqual(all.filter((id) => isOdd(`"id":"${id}"`) || firsts.includes(id)));
    const skipped = parts.reduce((sum, part) => sum + (part.skipped ?? 0), 0);
    expect(ids.length + skipped).toBe(all.length + 1);
    expect(parts.flatMap(({ unreadable }) => unreadable)).toEqual([]);
    expect((await read("wanted.gz", 10)).map((part) => part.skipped)).not.toContain(0);
  });

  it("the lines are read in parts, whatever the format", async () => {
    const all = Array.from({ length: 3000 }, (_, index) => delivery(index));
    put("plain", Buffer.from(lines(0, 3000)));
    put("zipped", gzipSync(lines(0, 3000)));
    put("members", Buffer.concat([gzipSync(lines(0, 1000)), gzipSync(lines(1000, 3000))]));
    for (const key of ["plain", "zipped", "members"]) {
      const parts = await read(key);
      expect([key, parts.length > 2]).toEqual([key, true]);
      expect(parts.flatMap(({ deliveries }) => deliveries)).toEqual(
        all.map((one, index) => ({ line: index + 1, delivery: one })),
      );
      expect(parts.at(-1)?.lastLine).toBe(3000);
      expect(await idsOf(key, 2998)).toEqual(["id-2998", "id-2999"]);
      expect(await idsOf(key, 3000)).toEqual([]);
    }
  });

  it("the lines of an object count empty lines, and a last line without a line feed", async () => {
    put("odd", Buffer.from(`\n${lines(0, 1)}\n\n${JSON.stringify(delivery(1))}`));
    const found = (await read("odd")).flatMap(({ deliveries }) => deliveries);
    expect(found.map(({ line }) => line)).toEqual([2, 5]);
    put("nothing", Buffer.alloc(0));
    expect(await read("nothing")).toEqual([]);
  });

  it("the lines that are not deliveries are reported, and the others are read", async () => {
    const long = `{"id":"${"x".repeat(5 * 1024 * 1024)}"}`;
    put("mixed", gzipSync(`${lines(0, 1)}not JSON\n${long}\n{"id":"1"}\n${lines(1, 2)}`));
    const parts = await read("mixed");
    expect(parts.flatMap(({ unreadable }) => unreadable)).toEqual([
      { line: 2, reason: "the line is not a delivery" },
      { line: 3, reason: `the line has ${long.length} bytes` },
      { line: 4, reason: "the line is not a delivery" },
    ]);
    expect(await idsOf("mixed")).toEqual(["id-0", "id-1"]);
  });

  it("the lines of a broken object are read up to the damage, and the object is reported", async () => {
    const zipped = gzipSync(lines(0, 5000));
    put("cut", zipped.subarray(0, zipped.length / 2));
    const parts = await read("cut");
    const count = parts.flatMap(({ deliveries }) => deliveries).length;
    expect([count > 500, count < 5000]).toEqual([true, true]);
    expect(parts.at(-1)).toMatchObject({
      deliveries: [],
      lastLine: Number.MAX_SAFE_INTEGER,
      unreadable: [{ line: 0, reason: "the gzipped object is broken: unexpected end of file" }],
    });
    expect(await read("cut", Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect((await read("gone"))[0]?.unreadable).toEqual([
      { line: 0, reason: "the object does not exist" },
    ]);
  });

  it("the lines are read once each although the connection breaks", async () => {
    put("unsteady", gzipSync(lines(0, 5000)));
    server.cuts.set("unsteady", 3);
    expect(await idsOf("unsteady")).toEqual(
      Array.from({ length: 5000 }, (_, index) => `id-${index}`),
    );
    server.cuts.set("unsteady", 4);
    await expect(read("unsteady")).rejects.toThrow();
  });
});

describe("the objects of some hours", () => {
  let server: BucketServer;
  const hours = { first: "2026/11/24/08", last: "2026/11/24/09", late: ["2026/11/24/12"] };
  const objects = Object.fromEntries(
    [8, 8, 8, 9, 9, 10, 12, 12, 13].map((hour, index) => [
      `deliveries/2026/11/24/${String(hour).padStart(2, "0")}/${index}.gz`,
      gzipSync(lines(index * 300, index * 300 + 300)),
    ]),
  );
  const wanted = [0, 1, 2, 3, 4, 6, 7].flatMap((index) =>
    Array.from({ length: 300 }, (_, line) => `id-${index * 300 + line}`),
  );

  beforeAll(async () => {
    server = await startBucketServer({ b: objects, other: {} });
  });
  afterAll(() => server.stop());

  const archiveOf = (bucket = "b") => ({ client: server.client, bucket });

  it("the objects are read in order, without those of other hours", async () => {
    const seen: string[] = [];
    const parts = await collect(
      readHours(archiveOf(), hours, { onObject: ({ key }) => seen.push(key) }),
    );
    expect(parts.flatMap(({ deliveries }) => deliveries.map(({ delivery: { id } }) => id))).toEqual(
      wanted,
    );
    expect(seen).toHaveLength(7);
    expect(await collect(readHours(archiveOf("other"), hours))).toEqual([]);
  });

  it("the objects are only the named ones if names are given", async () => {
    const all = await collect(listHours(archiveOf(), hours));
    const keys = [all[1]?.key ?? "", all[3]?.key ?? ""];
    const seen: string[] = [];
    await collect(readHours(archiveOf(), hours, { keys, onObject: ({ key }) => seen.push(key) }));
    expect(seen).toEqual(keys);
    seen.length = 0;
    const after = { key: keys[1] ?? "", line: 0 };
    await collect(
      readHours(archiveOf(), hours, { keys, after, onObject: ({ key }) => seen.push(key) }),
    );
    expect(seen).toEqual(keys.slice(1));
  });

  it("the objects are read from any place on, without a gap and without repetition", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
        async (stops) => {
          const ids: string[] = [];
          let after: ArchiveCursor | undefined;
          for (const parts of [...stops, Number.POSITIVE_INFINITY]) {
            let count = 0;
            for await (const { key, deliveries, lastLine } of readHours(archiveOf(), hours, {
              after,
              objectsAtOnce: 2,
            })) {
              ids.push(...deliveries.map(({ delivery: { id } }) => id));
              after = { key, line: lastLine };
              count += 1;
              if (count >= parts) break;
            }
          }
          expect(ids).toEqual(wanted);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("the objects are not fetched further ahead than the option says", async () => {
    server.fetched.length = 0;
    for await (const _ of readHours(archiveOf(), hours, { objectsAtOnce: 2 })) break;
    expect(server.fetched.length).toBeLessThanOrEqual(2);
  });
});
