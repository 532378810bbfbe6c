import { expect, it } from "@jest/globals";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";
import { causesIn } from "./queues.ts";

const letter = (messageId: string, errorCode?: string, reason?: string): DeadLetterMessage => ({
  messageId,
  deliveryId: `delivery-${messageId}`,
  errorCode,
  reason,
  body: "x".repeat(1000),
  topic: "alerts",
  publishedAtMs: 1,
  sentAtMs: 2,
});

it("a cause of dead letters is one in all queues, the most frequent first, with the ids of each queue", () => {
  const causes = causesIn([
    { webhook: "hello", letters: [letter("1", "data-invalid", "no node"), letter("2")] },
    {
      webhook: "forward",
      letters: [letter("3", "data-invalid", "no node"), letter("4", "other", "no node")],
    },
    { webhook: "archive", letters: [] },
  ]);
  expect(causes.map(({ errorCode, reason, queues }) => ({ errorCode, reason, queues }))).toEqual([
    {
      errorCode: "data-invalid",
      reason: "no node",
      queues: [
        { webhook: "hello", ids: ["1"] },
        { webhook: "forward", ids: ["3"] },
      ],
    },
    {
      errorCode: undefined,
      reason: "retried too often, or not delivered by SNS",
      queues: [{ webhook: "hello", ids: ["2"] }],
    },
    { errorCode: "other", reason: "no node", queues: [{ webhook: "forward", ids: ["4"] }] },
  ]);
});

it("a cause of many dead letters has a few examples, with the beginnings of their bodies, and all ids", () => {
  const letters = Array.from({ length: 50 }, (_, index) => letter(String(index), "code", "why"));
  const [cause] = causesIn([{ webhook: "hello", letters }]);
  expect([cause?.queues[0]?.ids.length, cause?.examples.length]).toEqual([50, 20]);
  expect(cause?.examples[0]).toEqual({
    webhook: "hello",
    messageId: "0",
    deliveryId: "delivery-0",
    publishedAtMs: 1,
    sentAtMs: 2,
    body: "x".repeat(300),
  });
});
