import { expect, it } from "@jest/globals";
import type { QueuedOutputs, StageOutputs } from "@rainhooks/stage";
import { egressLines, queuedLines } from "./show-stage.ts";

const outputs: StageOutputs = {
  ...{ stage: "dev", region: "us-east-1", integration: "rainhooks-dev" },
  ...{ tables: {}, parameters: {}, functions: {} },
};

it("the addresses from which functions connect are shown, if the stage has fixed ones", () => {
  const functions = ["attempts", "retries"];
  expect(egressLines(outputs)).toEqual([]);
  expect(
    egressLines({ ...outputs, egress: { functions, addresses: ["203.0.113.7", "203.0.113.8"] } }),
  ).toEqual([["connects from", "203.0.113.7, 203.0.113.8 (attempts, retries)"]]);
  expect(egressLines({ ...outputs, egress: { functions } })).toEqual([
    ["connects from", "those of your network (attempts, retries)"],
  ]);
});

it("a function says that it is paused only if it is", () => {
  const queued: QueuedOutputs = {
    ...{ trigger: "topics", delivery: "queue", function: "rainhooks-dev-hello", events: [], settings: {} },
    ...{ queueUrl: "https://q", deadLetterQueueUrl: "https://d" },
  };
  const names = (paused?: true) =>
    queuedLines("hello", { ...queued, ...(paused && { paused }) }).map(([name]) => name);
  expect(names()).not.toContain("paused");
  expect(names(true)).toContain("paused");
});
