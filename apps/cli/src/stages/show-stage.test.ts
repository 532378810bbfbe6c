import { expect, it } from "@jest/globals";
import type { QueuedOutputs, StageOutputs } from "@rainhooks/stage/outputs";
import { egressLines } from "@rainhooks/stage/terminal/format-table";
import { queuedLines } from "./show-stage.ts";

const outputs: StageOutputs = {
  stage: "dev",
  region: "us-east-1",
  integration: "rainhooks-dev",
  tables: {},
  parameters: {},
  functions: {},
};

it("a stage shows from which subnets functions connect, if they are in a network", () => {
  const functions = ["attempts", "retries"];
  expect(egressLines(outputs)).toEqual([]);
  expect(
    egressLines({ ...outputs, egress: { functions, subnetIds: ["subnet-1", "subnet-2"] } }),
  ).toEqual([["connects from", "subnet-1, subnet-2 (attempts, retries)"]]);
});

it("a function says that it is paused only if it is", () => {
  const queued: QueuedOutputs = {
    trigger: "topics",
    function: "rainhooks-dev-hello",
    settings: {},
    queueUrl: "https://q",
    deadLetterQueueUrl: "https://d",
  };
  const names = (paused?: true) =>
    queuedLines("hello", { ...queued, ...(paused && { paused }) }).map(([name]) => name);
  expect(names()).not.toContain("paused");
  expect(names(true)).toContain("paused");
});
