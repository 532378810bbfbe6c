import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import { hourOf } from "./hour.ts";
import { type Archive, listObjects } from "./objects.ts";
import { readObject } from "./read-object.ts";
import { type BucketServer, type Buckets, startBucketServer } from "./testing/bucket-server.ts";

const DELIVERY = { id: "1", sentAtMs: 5, topic: "t", attributes: {}, body: "{}\n" };
const LINE = `${JSON.stringify(DELIVERY)}\n`;

/** Objects of an archive. */
const BUCKETS: Buckets = {
  plain: {
    "deliveries/2026/11/23/22/a.gz": gzipSync(LINE + LINE),
    "deliveries/2026/11/23/23/b.gz": gzipSync(LINE),
    "deliveries/2026/11/24/00/c.json": Buffer.from(LINE),
    "deliveries/2026/11/24/01/d.gz": gzipSync(
      '{"id":"1","sentAtMs":5,"attributes":{"a":1},"body":""}\n',
    ),
    "deliveries/2026/11/24/02/e.gz": gzipSync(LINE),
    "errors/2026/11/24/02/f": Buffer.from("x"),
  },
};

describe("an archive", () => {
  let server: BucketServer;
  beforeAll(async () => {
    server = await startBucketServer(BUCKETS);
  });
  afterAll(() => server.stop());

  const archiveOf = (bucket: string): Archive => ({ client: server.client, bucket });
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour, minute);

  async function keys(bucket: string, hours: Parameters<typeof listObjects>[1] = {}) {
    const objects = await collect(listObjects(archiveOf(bucket), hours));
    return objects.map(({ key }) => key.split("/").at(-1)?.charAt(0)).join("");
  }

  it("an archive lists its objects in the order of their hours, with their sizes", async () => {
    expect(await keys("plain")).toBe("abcde");
    const [first] = await collect(listObjects(archiveOf("plain")));
    expect(first).toEqual({
      key: "deliveries/2026/11/23/22/a.gz",
      bytes: BUCKETS["plain"]?.["deliveries/2026/11/23/22/a.gz"]?.length,
      hour: "2026/11/23/22",
    });
  });

  it("an archive lists the hours of a time range, with an exclusive end", async () => {
    expect(await keys("plain", { fromMs: at(23, 23, 59) })).toBe("bcde");
    expect(await keys("plain", { toMs: at(24, 0) })).toBe("ab");
    expect(await keys("plain", { toMs: at(24, 0, 1) })).toBe("abc");
    expect(await keys("plain", { fromMs: at(24, 0), toMs: at(24, 1) })).toBe("c");
    expect(await keys("plain", { fromMs: at(25, 0) })).toBe("");
  });

  it("an archive returns when objects were written, and their storage class unless it is the standard class", async () => {
    server.writtenAtMs.set("deliveries/2026/11/23/22/a.gz", 5000);
    server.storageClasses.set("deliveries/2026/11/23/22/a.gz", "GLACIER_IR");
    server.storageClasses.set("deliveries/2026/11/23/23/b.gz", "STANDARD");
    const [cold, standard] = await collect(listObjects(archiveOf("plain")));
    server.writtenAtMs.clear();
    server.storageClasses.clear();
    expect(cold).toMatchObject({ storageClass: "GLACIER_IR", writtenAtMs: 5000 });
    expect(standard).not.toHaveProperty("storageClass");
    expect(standard).not.toHaveProperty("writtenAtMs");
  });

  it("an archive reports what cannot be read as permanent", async () => {
    const read = (key: string) => readObject(archiveOf("plain"), key);
    await expect(read("deliveries/none")).rejects.toMatchObject({
      code: "not-found",
      permanent: true,
      message: "There is no object deliveries/none in plain.",
    });
    await expect(read("deliveries/2026/11/24/01/d.gz")).rejects.toMatchObject({
      code: "input-invalid",
      permanent: true,
    });
  });

  it("an archive is empty without objects", async () => {
    expect(await keys("nothing")).toBe("");
  });

  it("an archive returns the deliveries of an object, gzipped or not", async () => {
    const read = (key: string) => readObject(archiveOf("plain"), key);
    expect(await read("deliveries/2026/11/23/22/a.gz")).toEqual([DELIVERY, DELIVERY]);
    expect(await read("deliveries/2026/11/24/00/c.json")).toEqual([DELIVERY]);
    await expect(read("deliveries/2026/11/24/01/d.gz")).rejects.toThrow(
      "d.gz, line 1: the line is not a delivery",
    );
  });

  it("an archive formats the hour of a time like its folders", () => {
    expect(hourOf(at(4, 7, 59))).toBe("2026/11/04/07");
  });
});
