import { expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import fc from "fast-check";
import { keysTogether, readsAtOnce, shareReads, shareTasks } from "./share.ts";

const stop = async () => undefined;

async function* listed(sizes: readonly number[]) {
  for (const [index, bytes] of sizes.entries()) yield { key: `key-${index}`, bytes, hour: undefined };
}

it("groups objects up to a size, in their order, each once, and one that is larger alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20)), fc.nat(30), async (sizes, max) => {
      const groups = await collect(keysTogether(listed(sizes), max));
      expect(groups.flat()).toEqual(sizes.map((_, index) => `key-${index}`));
      const sizeOf = (keys: readonly string[]) =>
        keys.reduce((sum, key) => sum + (sizes[Number(key.slice("key-".length))] ?? 0), 0);
      for (const [index, keys] of groups.entries()) {
        if (keys.length > 1) expect(sizeOf(keys)).toBeLessThanOrEqual(max);
        const next = groups[index + 1]?.[0];
        if (next !== undefined) expect(sizeOf(keys) + sizeOf([next])).toBeGreaterThan(max);
      }
    }),
  );
});

it("gives each task to one work, and as many at once as it may", async () => {
  const works = { works: ["a", "b"], readsAtOnce: 2, stop };
  const done: string[] = [];
  let [running, most] = [0, 0];
  const run = async (work: string, task: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    done.push(`${work}${task}`);
  };
  const tasks = [...Array(20).keys()];
  await shareReads(works, tasks, run);
  expect(readsAtOnce(works)).toBe(4);
  expect(most).toBe(4);
  expect(done.map((one) => Number(one.slice(1))).toSorted((a, b) => a - b)).toEqual(tasks);
  expect(new Set(done.map((one) => one[0]))).toEqual(new Set(["a", "b"]));
  most = 0;
  await shareTasks(works, tasks, run);
  expect(most).toBe(2);
});

it("ends with the first failure, and starts nothing more", async () => {
  let started = 0;
  const run = async () => {
    started += 1;
    throw new Error("no");
  };
  await expect(shareTasks({ works: ["a"], stop }, [1, 2, 3], run)).rejects.toThrow("no");
  expect(started).toBe(1);
});

it("has ended all that was begun when it fails", async () => {
  const ended: number[] = [];
  const run = async (_work: string, task: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (task === 1) throw new Error("no");
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(task);
  };
  await expect(shareTasks({ works: ["a", "b", "c"], stop }, [1, 2, 3, 4], run)).rejects.toThrow("no");
  expect(ended).toEqual([2, 3]);
});
