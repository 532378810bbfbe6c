import { expect, it } from "@jest/globals";
import { problemLines } from "./problems.ts";

it("problemLines prints similar problems up to three times, for all nodes together, without control characters", () => {
  const lines: string[] = [];
  const problem = problemLines((line) => lines.push(line));
  for (let node = 0; node < 10; node++) problem(`node ${node}: no space left`);
  problem("node \u001b[2J: another thing");
  expect(lines).toEqual([
    "! node 0: no space left",
    "! node 1: no space left",
    "! node 2: no space left",
    "! (more lines like this one are not shown)",
    "! node \ufffd[2J: another thing",
  ]);
});
