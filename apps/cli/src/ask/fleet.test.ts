import { expect, test } from "@jest/globals";
import { fleetView } from "./fleet.ts";

test("the fleet over time has no number where none is known, and its line leaves that out", async () => {
  const sample = (atMs: number) => ({ atMs, offline: 2, unknown: 0, countedAtMs: 0 });
  const samples = [
    { ...sample(0), online: 40, all: 42 },
    sample(60_000),
    { ...sample(120_000), online: 50, all: 52 },
  ];
  const fleet = { fromMs: 0, toMs: 180_000, everyMs: 60_000, samples };
  const textOf = (of: typeof fleet) =>
    fleetView.text(of, {}, () => Promise.reject(new Error("No further query is expected.")));
  const lines = (await textOf(fleet)).split("\n");
  expect(lines[2]).toMatch(/00:01:00 +- +2 +0 +-$/);
  expect(lines.at(-1)).toContain("40 to 50 online");
  expect(fleetView.rows(fleet)[1]).toEqual([60_000, undefined, 2, 0, undefined, 0]);
  expect(await textOf({ ...fleet, samples: samples.slice(0, 2) })).not.toContain("40 online");
});
