import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { chunk, chunkBySize, collect, mapLimited } from "./collections.ts";

describe("chunk", () => {
  it("chunk divides a list without losing, moving or exceeding", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 10 }), (list, size) => {
        const chunks = chunk(list, size);
        expect(chunks.flat()).toEqual(list);
        expect(chunks.every(({ length }) => length > 0 && length <= size)).toBe(true);
      }),
    );
  });
});

describe("chunkBySize", () => {
  const chunks = (sizes: number[]) => chunkBySize(sizes, (size) => size, { count: 3, bytes: 10 });

  it("chunkBySize fills each list up to its bytes and its count, in order", () => {
    expect(chunks([])).toEqual([]);
    expect(chunks([4, 6, 1])).toEqual([[4, 6], [1]]);
    expect(chunks([4, 7])).toEqual([[4], [7]]);
    expect(chunks([1, 1, 1, 1])).toEqual([[1, 1, 1], [1]]);
    expect(chunks([5, 6, 4, 1])).toEqual([[5], [6, 4], [1]]);
  });

  it("chunkBySize puts an entry that is larger than a list into a list alone", () => {
    expect(chunks([1, 11, 1])).toEqual([[1], [11], [1]]);
    expect(chunks([11])).toEqual([[11]]);
  });
});

describe("collect", () => {
  it("collect returns the values of an async sequence", async () => {
    async function* sequence() {
      yield 1;
      yield 2;
    }
    expect(await collect(sequence())).toEqual([1, 2]);
  });
});

describe("mapLimited", () => {
  it("mapLimited keeps the order of results and the limit", async () => {
    let running = 0;
    let maxRunning = 0;
    const results = await mapLimited([30, 10, 20, 5, 1], 2, async (ms) => {
      running += 1;
      maxRunning = Math.max(maxRunning, running);
      await new Promise((resolve) => setTimeout(resolve, ms));
      running -= 1;
      return ms * 2;
    });
    expect(results).toEqual([60, 20, 40, 10, 2]);
    expect(maxRunning).toBe(2);
  });

  it("mapLimited fails when one call fails", async () => {
    const work = async (value: number) => {
      if (value === 2) throw new Error("two");
      return value;
    };
    await expect(mapLimited([1, 2, 3], 2, work)).rejects.toThrow("two");
  });
});
