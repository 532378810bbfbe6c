import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "@jest/globals";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { MAX_MESSAGE_BYTES } from "./message.ts";
import { sendMessages } from "./send-messages.ts";

function newQueue(maxMessageBytes?: number) {
  const queues = new MemoryQueues(Date.now);
  const queue = queues.create("work", maxMessageBytes === undefined ? {} : { maxMessageBytes });
  const client = async () => new SQSClient(queues.clientOptions);
  const send = (...bodies: readonly string[]) =>
    sendMessages(
      client,
      queues.urlOf("work"),
      bodies.map((body) => ({ body, attributes: {} })),
    );
  return { queues, send, bodies: () => queue.peek().map(({ body }) => body) };
}

describe("sendMessages", () => {
  it("sendMessages sends messages of up to 1 MiB, and never a larger one", async () => {
    const { send, bodies } = newQueue();
    const largest = "x".repeat(MAX_MESSAGE_BYTES);
    const unsent = await send("first", largest, `${largest}x`, "last");
    expect(bodies()).toEqual(["first", largest, "last"]);
    expect(unsent).toMatchObject([
      { reason: expect.stringMatching(/^it has 1048577 bytes/), isInvalid: true },
    ]);
  });

  it("sendMessages returns for each message whether it can ever be sent", async () => {
    const { send, bodies, queues } = newQueue(10);
    expect(await send("short", "longer than ten", "\u0000")).toMatchObject([
      { message: { body: "longer than ten" }, isInvalid: true },
      { message: { body: "\u0000" }, isInvalid: true },
    ]);
    expect(bodies()).toEqual(["short"]);
    queues.down = true;
    expect(await send("short")).toMatchObject([{ message: { body: "short" }, isInvalid: false }]);
  });
});
