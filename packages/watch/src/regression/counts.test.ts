import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { RegressionRule } from "../rule/rule.ts";
import { MAX_FIRMWARES, RegressionCounts } from "./counts.ts";
import { type FirmwareHistory, nodeHours } from "./node-hours.ts";

const HOUR = 3_600_000;
const RULE: RegressionRule = {
  name: "bad",
  kind: "regression",
  severity: "medium",
  event: "drops",
  ratio: 2,
  windowMs: 4 * HOUR,
  nodes: 5,
  count: 5,
};
const FIRST = 10;

const nodes = fc.array(
  fc.record({
    changes: fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 20 }),
    reports: fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.integer({ min: 1, max: 200 })), {
      maxLength: 5,
    }),
  }),
  { minLength: 1, maxLength: 12 },
);

function historyOf({
  changes,
  reports,
}: {
  changes: number[];
  reports: [string, number][];
}): FirmwareHistory {
  const tenth = HOUR / 10;
  return {
    transitions: changes
      .toSorted((a, b) => a - b)
      .map((at, index) => ({ atMs: at * tenth, state: index % 2 === 0 ? "online" : "offline" })),
    firmwareReports: reports
      .map(([firmware, at]) => ({ firmware, atMs: at * tenth }))
      .toSorted((a, b) => a.atMs - b.atMs),
    alertHours: { intervalMs: HOUR, intervals: [], beforeMs: undefined },
  };
}

test("the sums of each window are those of a count of its hours", () => {
  fc.assert(
    fc.property(nodes, (all) => {
      const histories = all.map(historyOf);
      const counts = new RegressionCounts(RULE, { firstMs: FIRST * HOUR, lastMs: (FIRST + 3) * HOUR });
      for (const history of histories) counts.add(history);
      for (let mark = 0; mark < 4; mark += 1)
        for (const firmware of ["a", "b", "c"]) {
          const sums = (wanted: (one: string | undefined) => boolean) => {
            const each = histories
              .flatMap((history) => {
                const hours = nodeHours(history, "drops", (FIRST - 4 + mark) * HOUR, 4);
                return ["a", "b", "c"].filter(wanted).map((name) => {
                  const own = hours.filter((hour) => hour.firmware === name);
                  return [
                    own.filter(({ isHit }) => isHit).length,
                    own.reduce((sum, { online }) => sum + online, 0),
                  ] as const;
                });
              })
              .filter(([, online]) => online > 0);
            const sum = (value: (hits: number, online: number) => number) =>
              each.reduce((total, [hits, online]) => total + value(hits, online), 0);
            return [
              each.length,
              sum((hits) => hits),
              sum((_, online) => online),
              sum((hits) => hits * hits),
              sum((hits, online) => hits * online),
              sum((_, online) => online * online),
            ];
          };
          const found = counts.at(firmware, mark);
          if (found === undefined) continue;
          const values = ({
            nodes: count,
            hits,
            hours,
            hitsSquared,
            hitsHours,
            hoursSquared,
          }: typeof found.own) => [count, hits, hours, hitsSquared, hitsHours, hoursSquared];
          const close = (some: readonly number[]) => some.map((one) => Math.round(one * 1e6) / 1e6 + 0);
          expect(close(values(found.own))).toEqual(close(sums((one) => one === firmware)));
          expect(close(values(found.others))).toEqual(close(sums((one) => one !== firmware)));
          expect(found.busiest.hits).toBeLessThanOrEqual(found.own.hits);
        }
    }),
    { numRuns: 200 },
  );
});

test("there is a limit for firmwares, and it says so", () => {
  const counts = new RegressionCounts(RULE, { firstMs: FIRST * HOUR, lastMs: FIRST * HOUR });
  for (let node = 0; node < MAX_FIRMWARES; node += 1)
    counts.add(historyOf({ changes: [1], reports: [[`f${node}`, 1]] }));
  expect(counts.isFull).toBe(false);
  counts.add(historyOf({ changes: [1], reports: [["one more", 1]] }));
  expect([counts.isFull, counts.firmwares.length]).toEqual([true, MAX_FIRMWARES]);
});
