import { describe, expect, it } from "@jest/globals";
import { memoryInUse } from "@rainhooks/testing/memory";
import { SeriesCache } from "./series-cache.ts";

const MIB = 2 ** 20;
const nameOf = (index: number) => `["node-${index}","Thermostat.Temperature","number"]`;

/**
 * The share of names that are still known when all are used in turn, as often as the rounds say.
 */
function shareFound(cache: SeriesCache, names: number, rounds: number): number {
  let found = 0;
  for (let round = 0; round <= rounds; round++) {
    found = 0;
    for (let index = 0; index < names; index++) {
      if (cache.has(nameOf(index))) found++;
      else cache.add(nameOf(index));
    }
  }
  return found / names;
}

describe("SeriesCache", () => {
  it("SeriesCache knows the names that were added, and no others", () => {
    const cache = new SeriesCache();
    for (let index = 0; index < 20_000; index += 2) cache.add(nameOf(index));
    const wrong = Array.from({ length: 20_000 }, (_, index) => index).filter(
      (index) => cache.has(nameOf(index)) !== (index % 2 === 0),
    );
    expect(wrong).toEqual([]);
  });

  it("SeriesCache needs no more memory for a name that is added again, and grows only as far as it must", () => {
    const cache = new SeriesCache();
    expect(cache.bytes).toBe(8192);
    for (let index = 0; index < 10_000; index++) cache.add(nameOf(index % 100));
    expect(cache.bytes).toBe(8192);
    for (let index = 0; index < 10_000; index++) cache.add(nameOf(index));
    expect(cache.bytes).toBeGreaterThan(80_000);
    expect(cache.bytes).toBeLessThan(MIB);
  });

  it("SeriesCache holds one million names in at most 32 MiB", () => {
    const before = memoryInUse();
    const cache = new SeriesCache();
    for (let index = 0; index < 1_000_000; index++) cache.add(nameOf(index));
    const { heapUsed, arrayBuffers } = memoryInUse();
    expect(cache.bytes).toBe(32 * MIB);
    expect(arrayBuffers - before.arrayBuffers).toBeLessThan(33 * MIB);
    expect(heapUsed - before.heapUsed).toBeLessThan(33 * MIB);
    let forgotten = 0;
    for (let index = 0; index < 1_000_000; index++) if (!cache.has(nameOf(index))) forgotten++;
    expect(forgotten).toBeLessThan(1000);
  });

  it("SeriesCache forgets gradually when it is full: at first few names, never all", () => {
    // 4,096 entries in 512 buckets: a thousandth of the real size. The shares depend on names per
    // bucket alone.
    const share = (names: number) => shareFound(new SeriesCache(512), names, 5);
    expect(share(1000)).toBeGreaterThan(0.998);
    expect(share(2000)).toBeGreaterThan(0.97);
    expect(share(3000)).toBeGreaterThan(0.85);
    expect(share(4000)).toBeGreaterThan(0.6);
    expect(share(6000)).toBeGreaterThan(0.25);
    expect(share(8000)).toBeGreaterThan(0.1);
    const full = new SeriesCache(512);
    for (let index = 0; index < 50_000; index++) full.add(nameOf(index));
    expect(full.bytes).toBe(512 * 64);
    const last = Array.from({ length: 500 }, (_, index) => nameOf(49_999 - index));
    expect(last.filter((name) => full.has(name)).length).toBeGreaterThan(400);
  });

  it("SeriesCache uses no more than its first table where that is its maximum", () => {
    const cache = new SeriesCache(1);
    for (let index = 0; index < 100; index++) cache.add(nameOf(index));
    const kept = Array.from({ length: 100 }, (_, index) => cache.has(nameOf(index)));
    expect(kept.filter(Boolean)).toHaveLength(8);
    expect(kept.at(-1)).toBe(true);
  });
});
