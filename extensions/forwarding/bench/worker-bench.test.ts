import { expect, it } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing/samples";
import { isAttempt, parseAttemptMessage } from "../messages/attempt-message.ts";
import { forwardingBench } from "./worker-bench.ts";

it("a message of the benchmarks is a first attempt to send its delivery", () => {
  const delivery = deliveryOf("{}");
  const message = parseAttemptMessage(forwardingBench.bodyOf(delivery), delivery.sentAtMs);
  expect(isAttempt(message) && message).toMatchObject({
    attempt: 1,
    delivery: { body: delivery.body },
  });
});
