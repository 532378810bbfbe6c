import { expect, test } from "@jest/globals";
import { commandText, csvName, csvText } from "./copy-text.ts";

const VALUES = {
  nodeId: "n1",
  series: "Room.Power",
  aggregate: "avg" as const,
  fromMs: 0,
  toMs: 9,
  values: [],
};

test("a file of values has a line for each, with what is no text as JSON", () => {
  const values = [
    { atMs: 0, endMs: 1000, value: 1.5, count: 3 },
    { atMs: 0, value: "a, b" },
    { atMs: 0, value: true },
    { atMs: 0, value: { a: 1 } },
    { atMs: 0, value: undefined },
  ];
  const [head, ...rows] = csvText({ ...VALUES, values })
    .trim()
    .split(/\r?\n/);
  expect(head).toBe("node,series,at,end,value,points");
  const [at, end] = ["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:01.000Z"];
  expect(rows).toEqual([
    `n1,Room.Power,${at},${end},1.5,3`,
    `n1,Room.Power,${at},,"a, b",`,
    `n1,Room.Power,${at},,true,`,
    `n1,Room.Power,${at},,"{""a"":1}",`,
    `n1,Room.Power,${at},,,`,
  ]);
});

test("a file has a plain name that is not too long", () => {
  expect(csvName({ nodeId: "a/../b  c", series: "..Room" })).toBe("Room-a-..-b-c.csv");
  expect(csvName({ nodeId: "n".repeat(200), series: "s" })).toBe(`s-${"n".repeat(98)}.csv`);
});

test("a command is for the stage of the page", () => {
  const asked = { series: "Room.Power", limit: "5" };
  const stage = { program: "npx rainhooks", options: " --stage dev" };
  expect(commandText("n1", asked, undefined)).toBe("rainhooks series n1 Room.Power --limit 5");
  expect(commandText("n1", asked, stage)).toBe("npx rainhooks series n1 Room.Power --limit 5 --stage dev");
  for (const [node, series, words] of [
    ["-n", "s", "'-n' s"],
    ["n", "-s", "n '-s'"],
  ] as const)
    expect(commandText(node, { series, limit: "5" }, stage)).toBe(
      `npx rainhooks series --limit 5 --stage dev -- ${words}`,
    );
});
