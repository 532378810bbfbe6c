import { expect, it } from "@jest/globals";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { DestinationCache } from "../destinations/cached-destinations.ts";
import type { Destination } from "../destinations/destination.ts";
import { tellPaused } from "./tell-paused.ts";

/** Tells of destinations in these states, each time some milliseconds later. */
async function told(
  rounds: readonly (readonly Destination["state"][])[],
  everyMs: number,
): Promise<number[]> {
  const numbers: number[] = [];
  let round = 0;
  const known = tellPaused(
    async () => {
      const destinations = (rounds[round] ?? []).map((state) => ({ state }) as Destination);
      return { destinations } as unknown as DestinationCache;
    },
    (paused) => numbers.push(paused),
    () => round * everyMs,
  );
  for (; round < rounds.length; round += 1)
    expect((await known()).destinations).toHaveLength(rounds[round]?.length ?? 0);
  return numbers;
}

it("the count of paused destinations is published, also when it is zero", async () => {
  const rounds = [["active", "paused", "disabled", "paused"], ["active"]] as const;
  expect(await told(rounds, MINUTE_MS)).toEqual([2, 0]);
});

it("the count of paused destinations is published once a minute", async () => {
  expect(await told([["paused"], ["paused"], ["paused"]], MINUTE_MS / 2)).toEqual([1, 1]);
});

it("the count of paused destinations is published also by a process that knows no destination", async () => {
  expect(await told([[]], MINUTE_MS)).toEqual([0]);
});
