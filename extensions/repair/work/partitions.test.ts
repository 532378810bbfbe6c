import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { collect } from "@rainhooks/core/collections";
import fc from "fast-check";
import {
  appendObject,
  dropObjects,
  type ObjectPrefix,
  PARTITIONS,
  readObjects,
} from "./partitions.ts";

let server: BucketServer;
let job = 0;
beforeAll(async () => {
  server = await startBucketServer({}, 12);
});
afterAll(() => server.stop());

function newPlace(): ObjectPrefix {
  job += 1;
  return { client: server.client, bucket: "archive", prefix: `work/${job}/` };
}

const ofPlace = ({ prefix }: ObjectPrefix) =>
  Object.keys(server.buckets["archive"] ?? {}).filter((key) => key.startsWith(prefix));

const linesOf = async (place: ObjectPrefix, partition: number) =>
  (await collect(readObjects(place, partition))).flatMap((one) => one.lines);

const line = fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => JSON.stringify(text));
const lines = fc
  .dictionary(fc.nat(PARTITIONS - 1).map(String), fc.array(line, { minLength: 1, maxLength: 5 }), {
    maxKeys: 6,
  })
  .map((all) => new Map(Object.entries(all).map(([partition, some]) => [Number(partition), some])));

it("readObjects returns the lines of each partition that were added, and none of another job", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { maxLength: 12 }), async (added) => {
      const place = newPlace();
      const other = newPlace();
      await appendObject(other, new Map([[1, ["of another job"]]]));
      for (const one of added) await appendObject(place, one);
      const partitions = new Set(added.flatMap((one) => [...one.keys()]));
      for (const partition of [...[...partitions].slice(0, 4), 1]) {
        const distinct = new Map(added.map((one) => [JSON.stringify([...one]), one]));
        const expected = [...distinct.values()].flatMap((one) => one.get(partition) ?? []);
        expect((await linesOf(place, partition)).toSorted()).toEqual(expected.toSorted());
      }
      await dropObjects(place, "work/", 0);
      expect([ofPlace(place), ofPlace(other)]).toEqual([[], [expect.any(String)]]);
    }),
    { numRuns: 30 },
  );
});

it("dropObjects deletes what others have left behind, and not what is younger", async () => {
  const place = newPlace();
  const other = newPlace();
  for (const one of [place, other]) await appendObject(one, new Map([[1, ["{}"]]]));
  await dropObjects(place, "work/", 0);
  expect([ofPlace(place).length, ofPlace(other).length]).toEqual([0, 1]);
  for (const key of ofPlace(other)) server.writtenAtMs.set(key, 1000);
  await dropObjects(place, "work/", 1000);
  expect(ofPlace(other)).toHaveLength(1);
  await dropObjects(place, "work/", 1001);
  expect(ofPlace(other)).toEqual([]);
});

it("keeps lines once that were added again, as by a call whose response was lost", async () => {
  const place = newPlace();
  for (const text of ["a", "a", "b"]) await appendObject(place, new Map([[7, [text]]]));
  expect((await linesOf(place, 7)).toSorted()).toEqual(["a", "b"]);
});

it("readObjects continues where another read has ended", async () => {
  const place = newPlace();
  for (let index = 0; index < 20; index += 1)
    await appendObject(place, new Map([[7, [String(index)]]]));
  const all = await collect(readObjects(place, 7));
  for (const [index, { at }] of all.entries())
    expect(await collect(readObjects(place, 7, at))).toEqual(all.slice(index + 1));
});

it("readObjects fetches of a large object only its index and the part of the partition", async () => {
  const place = newPlace();
  const random = Array.from({ length: 3000 }, () => String(Math.random()));
  await appendObject(
    place,
    new Map(
      Array.from({ length: 16 }, (_, partition) => [partition, random.slice(partition * 100)]),
    ),
  );
  const [key = ""] = ofPlace(place);
  server.fetched.length = 0;
  expect(await linesOf(place, 3)).toEqual(random.slice(300));
  expect(server.fetched).toEqual([key, key]);
});

it.each(["", "x".repeat(100), "x".repeat(2000)])(
  "readObjects says which file cannot be read (%#)",
  async (content) => {
    const place = newPlace();
    server.buckets["archive"] = {
      ...server.buckets["archive"],
      [`${place.prefix}broken`]: Buffer.from(content),
    };
    await expect(collect(readObjects(place, 0))).rejects.toThrow(
      `The file ${place.prefix}broken of this job cannot be read`,
    );
  },
);
