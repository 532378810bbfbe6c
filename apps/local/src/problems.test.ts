import { expect, it } from "@jest/globals";
import { problemLines } from "./problems.ts";

it("says the same thing three times at most, whichever node it is of, and steers no terminal", () => {
  const lines: string[] = [];
  const problem = problemLines((line) => lines.push(line));
  for (let node = 0; node < 10; node++) problem(`node ${node}: no space left`);
  problem("node \u001b[2J: another thing");
  expect(lines).toEqual([
    "! node 0: no space left",
    "! node 1: no space left",
    "! node 2: no space left",
    "! (further lines like this one are left out)",
    "! node \ufffd[2J: another thing",
  ]);
});
