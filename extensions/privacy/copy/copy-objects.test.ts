import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { copyObjects } from "./copy-objects.ts";

let [old, fresh]: [BucketServer?, BucketServer?] = [];
beforeAll(async () => {
  old = await startBucketServer({});
  fresh = await startBucketServer({});
});
afterAll(async () => {
  await old?.stop();
  await fresh?.stop();
});

const keyOf = (hour: number) => `deliveries/2026/11/24/${String(hour).padStart(2, "0")}/a.gz`;

async function copy(): Promise<number> {
  if (old === undefined || fresh === undefined) throw new Error("There is no server.");
  return copyObjects({
    from: { client: old.client, bucket: "old" },
    to: { client: fresh.client, bucket: "new" },
    within: false,
  });
}

it("copyObjects copies what the other archive does not have, and leaves the rest unchanged", async () => {
  if (old === undefined || fresh === undefined) return;
  const own = Object.fromEntries(
    [0, 1, 2, 3, 4, 5, 6].map((hour) => [keyOf(hour), Buffer.from(`old ${hour}`)]),
  );
  old.buckets["old"] = { ...own, "errors/e": Buffer.from("error"), "work/part": Buffer.from("not copied") };
  fresh.buckets["new"] = { [keyOf(3)]: Buffer.from("there"), [keyOf(9)]: Buffer.from("newer") };
  expect(await copy()).toBe(7);
  const texts = Object.fromEntries(
    Object.entries(fresh.buckets["new"] ?? {}).map(([key, bytes]) => [key, bytes.toString()]),
  );
  expect(texts).toEqual({
    ...Object.fromEntries([0, 1, 2, 4, 5, 6].map((hour) => [keyOf(hour), `old ${hour}`])),
    [keyOf(3)]: "there",
    [keyOf(9)]: "newer",
    "errors/e": "error",
  });
  expect(await copy()).toBe(0);
});
