import { expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import fc from "fast-check";
import type { WorkReply } from "./request.ts";
import { objectBatches, runAtOnce, Work } from "./work.ts";

async function* listed(sizes: readonly number[]) {
  for (const [index, bytes] of sizes.entries())
    yield { key: `key-${index}`, bytes, hour: undefined };
}

it("objectBatches groups objects up to a size, in their order, each once, and one that is larger alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(20)), fc.nat(30), async (sizes, max) => {
      const groups = await collect(objectBatches(listed(sizes), max));
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

it("runAtOnce does each task once, and as many at once as it may", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;
  const run = async (task: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    done.push(task);
  };
  const tasks = [...Array(20).keys()];
  await runAtOnce(4, tasks, run);
  expect(most).toBe(4);
  expect(done.toSorted((a, b) => a - b)).toEqual(tasks);
});

it("runAtOnce ends with the first failure, and starts nothing more", async () => {
  let started = 0;
  const run = async () => {
    started += 1;
    throw new Error("no");
  };
  await expect(runAtOnce(1, [1, 2, 3], run)).rejects.toThrow("no");
  expect(started).toBe(1);
});

it("runAtOnce has ended all tasks when it fails", async () => {
  const ended: number[] = [];
  const run = async (task: number) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (task === 1) throw new Error("no");
    await new Promise((resolve) => setImmediate(resolve));
    ended.push(task);
  };
  await expect(runAtOnce(3, [1, 2, 3, 4], run)).rejects.toThrow("no");
  expect(ended).toEqual([2, 3]);
});

/** Calls a method of a function that gives these replies, one after the other. */
async function callWith(...replies: readonly WorkReply[]) {
  const waits: number[] = [];
  let calls = 0;
  const invoke = async () => {
    calls += 1;
    return replies[calls - 1] ?? {};
  };
  const wait = async (ms: number) => void waits.push(ms);
  const work = new Work(
    { name: "store-work", invoke, wait, concurrency: 1 },
    { store: "time-series" },
  );
  const result = await work.call("dropFiles").catch((error: unknown) => error);
  return { result, waits, calls };
}

const hangUp = {
  code: "unexpected",
  message: "socket hang up",
  permanent: false,
  mistakes: [],
  hint: undefined,
} as const;

it("A call is repeated while it fails for a time, with waits between, and its result is that of the last one", async () => {
  const { result, waits, calls } = await callWith(
    { error: hangUp },
    { error: hangUp },
    { result: 3 },
  );
  expect(result).toBe(3);
  expect(calls).toBe(3);
  expect(waits).toHaveLength(2);
});

it("A call that fails again and again tells which one, how often, and why", async () => {
  const { result, calls } = await callWith(...Array(4).fill({ error: hangUp }));
  expect(calls).toBe(4);
  expect(result).toMatchObject({
    code: "unexpected",
    message:
      "A call of store-work (dropFiles) failed 4 times. Run the command again. The last failure: socket hang up",
  });
});

it("A call that can never succeed is made once, and its error is as it was sent", async () => {
  const error = { ...hangUp, message: "There is no work.", permanent: true };
  const { result, calls } = await callWith({ error });
  expect(calls).toBe(1);
  expect(result).toMatchObject({ message: "There is no work.", permanent: true });
});
