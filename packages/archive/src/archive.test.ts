import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core";
import { listenOnLoopback } from "@rainhooks/testing";
import { type Archive, hourOf, listObjects } from "./objects.ts";
import { readObject } from "./read-object.ts";

const DELIVERY = { id: "1", sentAtMs: 5, topic: "t", attributes: {}, body: "{}\n" };
const LINE = `${JSON.stringify(DELIVERY)}\n`;

/** Objects of two archives: one by the hour, one by the topic and then the hour. */
const BUCKETS: Readonly<Record<string, Readonly<Record<string, Buffer>>>> = {
  plain: {
    "deliveries/2026/11/23/22/a.gz": gzipSync(LINE + LINE),
    "deliveries/2026/11/23/23/b.gz": gzipSync(LINE),
    "deliveries/2026/11/24/00/c.json": Buffer.from(LINE),
    "deliveries/2026/11/24/01/d.gz": gzipSync('{"id":"1","sentAtMs":5,"attributes":{"a":1},"body":""}\n'),
    "deliveries/2026/11/24/02/e.parquet": Buffer.from("PAR1 and so on"),
    "errors/2026/11/24/02/f": Buffer.from("x"),
  },
  partitioned: {
    "deliveries/topic=a/2026/11/23/22/a.gz": gzipSync(LINE),
    "deliveries/topic=a/2026/11/24/09/b.gz": gzipSync(LINE),
    "deliveries/topic=b/2026/11/23/22/c.gz": gzipSync(LINE),
    "deliveries/topic=b/2026/11/24/00/d.gz": gzipSync(LINE),
  },
};

/** The part of S3 that reading an archive needs: listing in order, page by page, and getting objects. */
function bucketServer(pageSize: number): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://s3");
    const [bucket = "", ...rest] = url.pathname.slice(1).split("/");
    const objects = BUCKETS[bucket] ?? {};
    const key = decodeURIComponent(rest.join("/"));
    if (key !== "") {
      response.end(objects[key]);
      return;
    }
    const query = url.searchParams;
    const prefix = query.get("prefix") ?? "";
    const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
    const keys = Object.keys(objects).filter((one) => one.startsWith(prefix));
    const folders = new Set(keys.map((one) => `${prefix}${one.slice(prefix.length).split("/")[0]}/`));
    const listed = keys.filter((one) => one > after);
    const page = listed.slice(0, pageSize);
    const more = listed.length > page.length;
    const contents = query.has("delimiter")
      ? [...folders].map((one) => `<CommonPrefixes><Prefix>${one}</Prefix></CommonPrefixes>`)
      : page.map((one) => `<Contents><Key>${one}</Key><Size>${objects[one]?.length}</Size></Contents>`);
    const next =
      more && !query.has("delimiter") ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    response.setHeader("content-type", "application/xml");
    response.end(
      `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== ""}</IsTruncated>${next}${contents.join("")}</ListBucketResult>`,
    );
  });
}

describe("an archive", () => {
  let server: Server;
  let client: S3Client;
  beforeAll(async () => {
    server = bucketServer(2);
    client = new S3Client({
      endpoint: await listenOnLoopback(server),
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      forcePathStyle: true,
    });
  });
  afterAll(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const archiveOf = (bucket: string): Archive => ({ client, bucket });
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour, minute);

  async function keys(bucket: string, hours: Parameters<typeof listObjects>[1] = {}) {
    const objects = await collect(listObjects(archiveOf(bucket), hours));
    return objects.map(({ key }) => key.split("/").at(-1)?.charAt(0)).join("");
  }

  it("lists its objects in the order of their hours, with their sizes", async () => {
    expect(await keys("plain")).toBe("abcde");
    const [first] = await collect(listObjects(archiveOf("plain")));
    expect(first).toEqual({
      key: "deliveries/2026/11/23/22/a.gz",
      bytes: BUCKETS["plain"]?.["deliveries/2026/11/23/22/a.gz"]?.length,
      hour: "2026/11/23/22",
    });
  });

  it("lists the hours of a time range, with an exclusive end", async () => {
    expect(await keys("plain", { fromMs: at(23, 23, 59) })).toBe("bcde");
    expect(await keys("plain", { toMs: at(24, 0) })).toBe("ab");
    expect(await keys("plain", { toMs: at(24, 0, 1) })).toBe("abc");
    expect(await keys("plain", { fromMs: at(24, 0), toMs: at(24, 1) })).toBe("c");
    expect(await keys("plain", { fromMs: at(25, 0) })).toBe("");
  });

  it("finds the hours of each topic if topics have folders", async () => {
    expect(await keys("partitioned")).toBe("abcd");
    expect(await keys("partitioned", { fromMs: at(24, 0), toMs: at(24, 1) })).toBe("d");
    expect(await keys("partitioned", { toMs: at(24, 0) })).toBe("ac");
  });

  it("is empty without objects", async () => {
    expect(await keys("nothing")).toBe("");
  });

  it("returns the deliveries of an object, gzipped or not", async () => {
    const read = (key: string) => readObject(archiveOf("plain"), key);
    expect(await read("deliveries/2026/11/23/22/a.gz")).toEqual([DELIVERY, DELIVERY]);
    expect(await read("deliveries/2026/11/24/00/c.json")).toEqual([DELIVERY]);
    await expect(read("deliveries/2026/11/24/01/d.gz")).rejects.toThrow("d.gz, line 1 is not a delivery");
    await expect(read("deliveries/2026/11/24/02/e.parquet")).rejects.toThrow("is a Parquet file");
  });

  it("formats the hour of a time like its folders", () => {
    expect(hourOf(at(4, 7, 59))).toBe("2026/11/04/07");
  });
});
