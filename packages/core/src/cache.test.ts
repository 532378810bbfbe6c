import { beforeEach, expect, it } from "@jest/globals";
import { cacheByKey, cacheRead } from "./cache.ts";

let nowMs: number;
let reads: number;
let isFailing: boolean;
let known: () => Promise<number>;

beforeEach(() => {
  [nowMs, reads, isFailing] = [1000, 0, false];
  known = cacheRead(
    async () => {
      reads += 1;
      if (isFailing) throw new Error(`read ${reads}`);
      return reads;
    },
    { maxAgeMs: 10, nowMs: () => nowMs },
  );
});

it("a cached value is read once for all callers before it is too old", async () => {
  expect(await Promise.all([known(), known()])).toEqual([1, 1]);
  nowMs += 9;
  expect(await known()).toBe(1);
  nowMs += 1;
  expect(await known()).toBe(2);
});

it("a cached value is read again when the clock has gone back", async () => {
  await known();
  nowMs -= 1;
  expect(await known()).toBe(2);
});

it("a failed read is not cached", async () => {
  isFailing = true;
  const both = await Promise.allSettled([known(), known()]);
  const reason = expect.objectContaining({ message: "read 1" });
  expect(both).toEqual([
    { status: "rejected", reason },
    { status: "rejected", reason },
  ]);
  isFailing = false;
  expect([await known(), await known()]).toEqual([2, 2]);
});

it("a newer value stays cached although an older read fails later", async () => {
  const waiting: ((result: number | Error) => void)[] = [];
  const slow = cacheRead(
    () =>
      new Promise<number>((resolve, reject) =>
        waiting.push((result) => (typeof result === "number" ? resolve(result) : reject(result))),
      ),
    { maxAgeMs: 10, nowMs: () => nowMs },
  );
  const old = slow();
  nowMs += 10;
  const young = slow();
  waiting[0]?.(new Error("late"));
  await expect(old).rejects.toThrow("late");
  waiting[1]?.(2);
  expect([await young, await slow(), waiting.length]).toEqual([2, 2, 2]);
});

it("cached values of keys are read again after a while, and those asked for longest ago are forgotten", async () => {
  const keys: string[] = [];
  const read = async (key: string) => {
    keys.push(key);
    return `${key} ${nowMs}`;
  };
  nowMs = 0;
  const textOf = cacheByKey(read, { maxAgeMs: 10, maxKeys: 2, nowMs: () => nowMs });
  expect(await Promise.all([textOf("a"), textOf("a"), textOf("b")])).toEqual(["a 0", "a 0", "b 0"]);
  nowMs = 10;
  expect(await textOf("a")).toBe("a 10");
  expect(keys).toEqual(["a", "b", "a"]);
  await textOf("c");
  await textOf("a");
  expect(keys).toEqual(["a", "b", "a", "c"]);
  // It was the oldest.
  await textOf("b");
  expect(keys).toHaveLength(5);
});
