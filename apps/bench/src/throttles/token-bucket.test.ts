import { describe, expect, it } from "@jest/globals";
import { TokenBucket } from "./token-bucket.ts";

describe("TokenBucket", () => {
  it("lets a second's worth pass at once, and no more", () => {
    const bucket = new TokenBucket(10, () => 0);
    expect(Array.from({ length: 12 }, () => bucket.take(1)).filter(Boolean)).toHaveLength(10);
  });

  it("fills with time, up to a second's worth", () => {
    let nowMs = 0;
    const bucket = new TokenBucket(10, () => nowMs);
    expect(bucket.take(10)).toBe(true);
    nowMs = 250;
    expect([bucket.take(2), bucket.take(1)]).toEqual([true, false]);
    nowMs = 60_000;
    expect([bucket.take(11), bucket.take(10)]).toEqual([false, true]);
  });

  it("takes all or nothing", () => {
    const bucket = new TokenBucket(3, () => 0);
    expect([bucket.take(4), bucket.take(3)]).toEqual([false, true]);
  });

  it("passes its rate over a long time", () => {
    let nowMs = 0;
    const bucket = new TokenBucket(50, () => nowMs);
    let passed = 0;
    for (; nowMs < 100_000; nowMs += 5) if (bucket.take(1)) passed += 1;
    expect(passed).toBeGreaterThanOrEqual(5000);
    expect(passed).toBeLessThanOrEqual(5051);
  });
});
