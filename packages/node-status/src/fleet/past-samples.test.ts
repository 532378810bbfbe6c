import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { sampleAt } from "./past-samples.ts";

const node = (
  changes: readonly (readonly ["online" | "offline", number])[],
  firmwares: readonly (readonly [string, number])[] = [],
) => ({
  transitions: changes.map(([state, atMs]) => ({ state, atMs })),
  firmwareReports: firmwares.map(([firmware, atMs]) => ({ firmware, atMs })),
});

test("a sample of the past has each node in the state that it had then, once something is known of it", () => {
  const nodes = [
    node(
      [
        ["online", 10],
        ["offline", 20],
        ["online", 30],
      ],
      [
        ["1.0", 11],
        ["1.1", 25],
      ],
    ),
    node([["offline", 15]]),
    node([], [["1.0", 12]]),
  ];
  const at = (atMs: number) => {
    const { all, online, offline, unknown, firmware } = sampleAt(nodes, atMs);
    return [
      all,
      online,
      offline,
      unknown,
      firmware.common.map((one) => `${one.firmware}:${one.nodes}`).join(" "),
    ];
  };
  expect(at(9)).toEqual([0, 0, 0, 0, ""]);
  expect(at(11)).toEqual([1, 1, 0, 0, "1.0:1"]);
  expect(at(15)).toEqual([3, 1, 1, 1, "1.0:2"]);
  expect(at(22)).toEqual([3, 0, 2, 1, "1.0:2"]);
  expect(at(40)).toEqual([3, 1, 1, 1, "1.0:1 1.1:1"]);
});

test("the states and firmwares of a past sample add up to its nodes", () => {
  const times = fc
    .uniqueArray(fc.nat(50), { maxLength: 6 })
    .map((all) => all.toSorted((a, b) => a - b));
  const nodes = fc.array(
    fc.tuple(times, times).map(([changes, reports]) =>
      node(
        changes.map((atMs, index) => [index % 2 === 0 ? "online" : "offline", atMs] as const),
        reports.map((atMs, index) => [`1.${index}`, atMs] as const),
      ),
    ),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(nodes, fc.nat(60), (all, atMs) => {
      const sample = sampleAt(all, atMs);
      const { common, others, unknown } = sample.firmware;
      expect((sample.online ?? Number.NaN) + sample.offline + sample.unknown).toBe(sample.all);
      expect(common.reduce((sum, { nodes: count }) => sum + count, others + unknown)).toBe(
        sample.all,
      );
    }),
  );
});
