import { expect, it } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { defineFunction, defineWebhook } from "@rainhooks/webhook/define";
import { dev } from "../testing/stages.ts";
import { checkStage } from "./check-stage.ts";
import { loopMistakes } from "./loops.ts";

const queueOf = (queue: string) =>
  ({
    kind: "queue",
    env: `${queue.toUpperCase()}_URL`,
    queue,
    actions: ["sqs:SendMessage"],
  }) as const;
const worker = (name: string, to: string, more: object = {}) =>
  defineFunction({
    trigger: "queue",
    name,
    description: name,
    resources: { to: queueOf(to) },
    ...more,
  });
const mistaken = (...functions: Parameters<typeof loopMistakes>[0]) =>
  loopMistakes(functions).map((mistake) => mistake.replace(/:.*/, ""));

it("a function that may send to its own queue without an end by age is refused, alone and in a circle", () => {
  expect(mistaken(worker("calls", "calls"))).toEqual(["calls"]);
  expect(
    mistaken(worker("one", "two"), worker("two", "three"), worker("three", "one")),
  ).toHaveLength(3);
  expect(mistaken(worker("calls", "calls", { maxAgeS: 60 }), worker("one", "calls"))).toEqual([]);
  expect(mistaken(worker("one", "two", { maxAgeS: 60 }), worker("two", "one"))).toEqual(["two"]);
  expect(mistaken(worker("one", "two", { maxAgeS: 60 }), worker("two", "four"))).toEqual(["one"]);
});

it("a webhook that may publish its own event is refused: it has no end by age", () => {
  const event = "rainhooks.event.alarm_changed" as const;
  const topic = { kind: "topic", env: "TOPIC_ARN", event, actions: ["sns:Publish"] } as const;
  const webhook = defineWebhook({
    name: "echo",
    description: "For this test.",
    events: [event],
    resources: { topic },
  });
  expect(mistaken(webhook)).toEqual(["echo"]);
});

it("each function that comes with Rainhooks and may send to its own trigger has an end by age", () => {
  expect(loopMistakes(SHIPPED)).toEqual([]);
});

it("a stage with a function that may send to its own queue without an end by age is refused", () => {
  expect(() => checkStage(dev, [...SHIPPED, worker("calls", "calls")])).toThrow(
    "calls: it may send to what triggers it, and AWS stops it after 16 times",
  );
});
