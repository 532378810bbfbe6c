import { expect, test } from "@jest/globals";
import type { StageAccess } from "../../stage-access.ts";
import { targetOf } from "./target.ts";

const QUEUE = { trigger: "queue", queueUrl: "next-url", deadLetterQueueUrl: "dead" } as const;

test("a replay watches the queue of the function to which its webhook sends, if that says so and the stage has it", () => {
  const furtherOf = (replay: object, functions: object = { next: QUEUE }) => {
    const bell = { trigger: "topics", queueUrl: "bell-url", deadLetterQueueUrl: "dead" };
    const own = { ...bell, replay: { queueUrl: "replay-url", topics: {}, ...replay } };
    const outputs = { functions: { ...functions, bell: own } };
    return targetOf({ outputs } as unknown as StageAccess, "bell").further;
  };
  expect(furtherOf({ through: "next" })).toEqual({ queueUrl: "next-url", maxWaiting: 2000 });
  expect(furtherOf({})).toBeUndefined();
  expect(furtherOf({ through: "next" }, {})).toBeUndefined();
});
