import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";
import type { RepairsProps } from "./replays.tsx";

const dom = await openDom();
const { Replays } = await import("./replays.tsx");

test.each([
  ["running", ["Cancel"]],
  ["interrupted", ["Go on with", "Cancel"]],
  ["cancelled", ["Go on with"]],
  ["failed", ["Go on with"]],
  ["done", []],
])("of a replay that is %s, these can be chosen: %j", async (state, choices) => {
  const replay = { id: "20261124-081500-4f2a", webhook: "node-status", state, sent: 7, planned: 9 };
  const answer = { replays: [replay], webhooks: [{ name: "node-status" }] } as unknown as RepairsProps["of"];
  await dom.show(() => <Replays of={answer} />);
  expect(dom.text()).toContain("7 of 9 sent");
  for (const choice of ["Go on with", "Cancel"])
    expect([choice, dom.text().includes(`${choice} ${replay.id}`)]).toEqual([
      choice,
      choices.includes(choice),
    ]);
});
