import { describe, expect, it } from "@jest/globals";
import { FULL_CPU_MIB } from "@rainhooks/webhook/load";
import { estimateLambda } from "./lambda-estimate.ts";

const cost = { batchSize: 100, fixedMs: 10, recordCpuMs: 0.4, waitMs: 20 };

describe("estimateLambda", () => {
  it("estimateLambda returns the time with waiting where a whole processor is available", () => {
    expect(estimateLambda(cost, FULL_CPU_MIB).batchMs).toBe(70);
    expect(estimateLambda(cost, 4 * FULL_CPU_MIB).batchMs).toBe(70);
  });

  it("estimateLambda returns the time on a share of a processor where that is longer", () => {
    expect(estimateLambda(cost, FULL_CPU_MIB / 10).batchMs).toBeCloseTo(500);
  });

  it("estimateLambda prices a million events with requests and time", () => {
    const { dollarsPerMillion } = estimateLambda({ ...cost, waitMs: 950 }, 1024);
    expect(dollarsPerMillion).toBeCloseTo(10_000 * (0.2e-6 + 0.0000133334), 6);
  });
});
