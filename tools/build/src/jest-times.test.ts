import { expect, test } from "@jest/globals";
import { leftText, timesText } from "./jest-times.mjs";

test("the slowest files come first, with both times", () => {
  const files = [
    { name: "quick.test.ts", wallMs: 9000, processorMs: 1000 },
    { name: "slow.test.ts", wallMs: 20_000, processorMs: 30_000 },
  ];
  expect(timesText(files, 25_000).split("\n")).toEqual([
    "2 files took 25 s and 31 s of processors. The slowest, by seconds of processors and by the clock:",
    "    30    20  slow.test.ts",
    "     1     9  quick.test.ts",
  ]);
});

test("temporary files of tests are named by the beginning of their names", () => {
  expect(leftText(["synth-Ab12cD", "synth-Xy34zZ", "stage-000000"])).toBe(
    "Tests left temporary files: synth (2), stage (1)",
  );
});
