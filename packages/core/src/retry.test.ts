import { describe, expect, it } from "@jest/globals";
import { backoffMs, DEFAULT_RETRY, retryLeftovers } from "./retry.ts";

function policyThatRecords(pauses: number[]) {
  const sleep = async (ms: number) => {
    pauses.push(ms);
  };
  return { ...DEFAULT_RETRY, attempts: 4, random: () => 1, sleep };
}

describe("retryLeftovers", () => {
  it("retryLeftovers sends the remaining entries again, with doubling pauses", async () => {
    const pauses: number[] = [];
    const sent: number[][] = [];
    const remaining = await retryLeftovers(
      [1, 2, 3],
      async (entries) => {
        sent.push([...entries]);
        return entries.slice(1);
      },
      policyThatRecords(pauses),
    );
    expect(remaining).toEqual([]);
    expect(sent).toEqual([[1, 2, 3], [2, 3], [3]]);
    expect(pauses).toEqual([50, 100]);
  });

  it("retryLeftovers returns what remains after the last attempt", async () => {
    const pauses: number[] = [];
    const remaining = await retryLeftovers([1, 2], async () => [2], policyThatRecords(pauses));
    expect(remaining).toEqual([2]);
    expect(pauses).toHaveLength(3);
  });
});

describe("backoffMs", () => {
  it("backoffMs is at most its cap and varies by chance", () => {
    expect(backoffMs({ ...DEFAULT_RETRY, random: () => 1 }, 30)).toBe(DEFAULT_RETRY.capMs);
    expect(backoffMs({ ...DEFAULT_RETRY, random: () => 0 }, 30)).toBe(0);
  });
});
