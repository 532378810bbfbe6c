import { expect, test } from "@jest/globals";
import { eachStage, type PlayedStage } from "../testing/played-stage.ts";
import { nodesDue, putPending } from "./due.ts";

let stage: PlayedStage;
eachStage(0, [], (one) => {
  stage = one;
});

test("a node that is due stays so when it is noted for later, until it was evaluated", async () => {
  const table = stage.tables.alarms;
  const due = async (atMs: number) => {
    const nodes: string[] = [];
    for await (const { nodeId } of nodesDue(table, "changes", atMs)) nodes.push(nodeId);
    return nodes;
  };
  await putPending(table, { nodeId: "a" }, "changes", 2000);
  await putPending(table, { nodeId: "a" }, "changes", 5000);
  expect(await due(2000)).toEqual(["a"]);
  await putPending(table, { nodeId: "a" }, "changes", 1000);
  expect(await due(1000)).toEqual(["a"]);
  await putPending(table, { nodeId: "a" }, "changes", 5000, 999);
  expect(await due(1000)).toEqual(["a"]);
  await putPending(table, { nodeId: "a" }, "changes", 5000, 1000);
  expect([await due(4999), await due(5000)]).toEqual([[], ["a"]]);
});
