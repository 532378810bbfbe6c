import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { HourTopics } from "@rainhooks/archive/hour";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { deliveryOf } from "@rainhooks/testing/samples";
import { eraseLine } from "./erase-line.ts";
import { eraseObjects, type ObjectSearch } from "./erase-objects.ts";
import { NO_COUNTS } from "./erasure-store.ts";
import { namesOf } from "./subject.ts";

const ALIAS = "rainhooks-erased-0123456789ab";
const renaming = { names: namesOf({ kind: "node", id: "kitchen", also: [] }), alias: ALIAS };

const lineOf = (event_data: object, about = {}) =>
  JSON.stringify(deliveryOf({ event_type: "rmaker.event.user_node_added", event_data }, about));
const OWN = lineOf({ nodes: ["kitchen"] });
const OTHER = lineOf({ nodes: ["garden"] });
const BOTH = lineOf({ nodes: ["kitchen", "garden"] });
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("objects of an archive", () => {
  let server: BucketServer;
  let dropped: HourTopics[];
  let done: [key: string, objects: number][];

  beforeAll(async () => {
    server = await startBucketServer({}, 1000);
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    [dropped, done] = [[], []];
  });

  const textOf = (key: string) => {
    const bytes = server.buckets["archive"]?.[key] ?? Buffer.of();
    return String(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  };
  const searchOf = (more: Partial<ObjectSearch> = {}): ObjectSearch => {
    const bucket = { client: server.client, bucket: "archive", isVersioned: false };
    return { bucket, eraseLine: (line) => eraseLine(line, renaming), ...more };
  };
  function erase(objects: Record<string, Buffer | string>, more: Partial<ObjectSearch> = {}) {
    server.buckets["archive"] = Object.fromEntries(
      Object.entries(objects).map(([key, content]) => [key, Buffer.from(content)]),
    );
    return eraseObjects(searchOf(more), {
      onDropped: async (one) => {
        // What is lost between this and the write is counted twice, and never not at all.
        expect(JSON.stringify(Object.keys(objects).map(textOf))).toContain("kitchen");
        dropped.push(one);
      },
      onDone: async (key, { objects: count }) => {
        done.push([key, count]);
      },
    });
  }

  it("an erasure that searches the newest again leaves the objects of earlier hours", async () => {
    const keys = [
      "deliveries/2026/11/24/07/a",
      "deliveries/2026/11/24/08/a",
      "deliveries/2026/11/24/09/a",
      "deliveries/2025/12/31/23/a",
      "deliveries/a",
    ];
    const fromHour = "2026/11/24/08";
    const counts = await erase(Object.fromEntries(keys.map((key) => [key, BOTH])), { fromHour });
    expect(counts).toMatchObject({ objects: 3, changed: 3 });
    expect(keys.filter((key) => textOf(key).includes("kitchen"))).toEqual([keys[0], keys[3]]);
  });

  it("an erasure leaves the files of verifications and rebuilds, which are deleted soon", async () => {
    expect(await erase({ "work/kitchen": OWN, "working/kitchen": OWN })).toMatchObject({
      objects: 1,
    });
    expect([textOf("work/kitchen"), textOf("working/kitchen")]).toEqual([OWN, ""]);
  });

  it("an erasure notes its place each 64 objects and at the end, with what it has read since", async () => {
    const keys = Array.from(
      { length: 70 },
      (_, index) => `deliveries/${String(index).padStart(3, "0")}`,
    );
    const counts = await erase(Object.fromEntries(keys.map((key) => [key, ""])));
    expect([counts.objects, done]).toEqual([
      70,
      [
        [keys[63], 64],
        [keys[69], 6],
      ],
    ]);
    done = [];
    await erase({});
    expect(done).toEqual([]);
  });

  it("an erasure reads what Firehose could not write, in base64, and counts no delivery of it", async () => {
    const record = (raw: string, more = {}) => JSON.stringify({ rawData: base64(raw), ...more });
    const inIds = record(OTHER, { nodeId: "kitchen" });
    const about = record(OTHER, { nodeIds: ["kitchen", "garden"] });
    const lines = [record(OWN), record(OTHER), record(BOTH, { attempt: 2 }), inIds, about];
    const odd = ["kitchen is no JSON", '{"rawData":["kitchen"]}', '["kitchen"]', "null"];
    const key = "errors/format/2026/11/24/08/e";
    const counts = await erase({ [key]: [...lines, ...odd].join("\n") });
    expect(counts).toEqual({ ...NO_COUNTS, objects: 1, rewritten: 1, dropped: 2, changed: 5 });
    expect(textOf(key).split("\n")).toEqual([
      record(OTHER),
      record(BOTH.replace("kitchen", ALIAS), { attempt: 2 }),
      about.replace("kitchen", ALIAS),
      ...odd.map((line) => line.replace("kitchen", ALIAS)),
    ]);
    expect(dropped.flatMap((one) => [...one])).toEqual([]);
  });

  it("a delivery of the archive with a field called rawData is no record of Firehose", async () => {
    const line = JSON.stringify({ rawData: base64(OWN) });
    expect(await erase({ "deliveries/a": line })).toEqual({ ...NO_COUNTS, objects: 1 });
  });

  it("an erasure says what it drops before it writes, by hour of publishing and topic", async () => {
    const at = (sentAtMs: number, topic?: string) =>
      lineOf({ nodes: ["kitchen"] }, { sentAtMs, topic });
    const lines = [at(0, "a"), at(1, "a"), OTHER, at(2, "b"), at(3_600_000, "a")];
    const counts = await erase({
      "deliveries/a.gz": gzipSync(lines.join("\n")),
      "deliveries/b": BOTH,
    });
    expect(counts).toEqual({ ...NO_COUNTS, objects: 2, rewritten: 2, dropped: 4, changed: 1 });
    expect(dropped.map((one) => [...one].map(([hour, topics]) => [hour, ...topics]))).toEqual([
      [
        ["1970/01/01/00", ["a", 2], ["b", 1]],
        ["1970/01/01/01", ["a", 1]],
      ],
    ]);
    expect(textOf("deliveries/a.gz")).toBe(OTHER);
  });

  it("a plan counts and shows what goes and what gets an alias, and changes nothing", async () => {
    const lines = [OWN, OTHER, BOTH].join("\n");
    server.buckets["archive"] = { "deliveries/a": Buffer.from(lines), "deliveries/b": Buffer.of() };
    const seen: [string, boolean][] = [];
    let objects = 0;
    const onObject = () => {
      objects += 1;
    };
    const onLine: ObjectSearch["onLine"] = (line, goes) => seen.push([line, goes]);
    const counts = await eraseObjects(searchOf({ onLine, onObject }), undefined);
    expect(counts).toEqual({ ...NO_COUNTS, objects: 2, rewritten: 1, changed: 1, dropped: 1 });
    expect(seen).toEqual([
      [OWN, true],
      [BOTH, false],
    ]);
    expect([objects, textOf("deliveries/a")]).toEqual([2, lines]);
  });
});
