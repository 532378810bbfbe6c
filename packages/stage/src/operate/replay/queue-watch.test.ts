import { SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { MemoryQueue } from "@rainhooks/testing/memory-queue";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import fc from "fast-check";
import { Pace, type WatchedQueues, watchQueues } from "./queue-watch.ts";

let nowMs: number;
const clock = {
  nowMs: () => nowMs,
  sleep: async (ms: number) => {
    nowMs += ms;
  },
};

describe("a replay that watches the queues of its webhook", () => {
  let queues: MemoryQueues;
  let replays: MemoryQueue;
  let letters: MemoryQueue;
  let retries: MemoryQueue;
  beforeEach(() => {
    nowMs = 1_000_000;
    queues = new MemoryQueues(() => nowMs);
    [replays, letters, retries] = [
      queues.create("bell-replay", {}),
      queues.create("dead", {}),
      queues.create("retries", {}),
    ];
  });
  const send = (queue: MemoryQueue, count: number) => {
    for (let index = 0; index < count; index += 1) queue.send("x");
  };
  const watch = (more: Partial<WatchedQueues> = {}) =>
    watchQueues(
      {
        queue: { sqs: new SQSClient(queues.clientOptions), queueUrl: queues.urlOf("bell-replay") },
        deadLetterQueueUrl: queues.urlOf("dead"),
        clock,
        ...more,
      },
      { webhook: "bell", maxDeadLetters: 2 },
    );
  const waitFor = (count: number) => ({ for: "fewer-waiting", webhook: "bell", count });

  it("a replay looks every five seconds, and fails when there are more new dead letters than it may have", async () => {
    send(letters, 3);
    const { look } = await watch();
    send(letters, 2);
    nowMs += 5000;
    expect(await look()).toBeUndefined();
    send(letters, 1);
    nowMs += 4999;
    expect(await look()).toBeUndefined();
    nowMs += 1;
    await expect(look()).rejects.toMatchObject({
      code: "sink-rejected",
      message:
        'The dead-letter queue of bell has 3 records more than before. Look at them with "rainhooks dlq show bell", then resume the replay, or allow more (maxDeadLetters).',
    });
  });

  it("a replay waits while more is in its queue than the webhook handles, and looks each time until less is", async () => {
    const { look } = await watch({ maxWaiting: 2 });
    send(replays, 3);
    expect(await look()).toBeUndefined();
    nowMs += 5000;
    expect(await look()).toEqual(waitFor(3));
    send(replays, 1);
    expect(await look()).toEqual(waitFor(4));
    for (const { receiptHandle } of replays.receive(2)) replays.delete(receiptHandle);
    expect(await look()).toBeUndefined();
    send(replays, 1);
    expect(await look()).toBeUndefined();
  });

  it("a replay waits at more than 20,000 messages if nothing else is said", async () => {
    const { look } = await watch();
    send(replays, 20_000);
    nowMs += 5000;
    expect(await look()).toBeUndefined();
    send(replays, 1);
    nowMs += 5000;
    expect(await look()).toEqual(waitFor(20_001));
  });

  it("a replay for one destination also waits while too many of its messages are to be tried again", async () => {
    const { look } = await watch({ further: { queueUrl: queues.urlOf("retries"), maxWaiting: 1 } });
    send(retries, 1);
    nowMs += 5000;
    expect(await look()).toBeUndefined();
    send(retries, 1);
    nowMs += 5000;
    expect(await look()).toEqual(waitFor(2));
  });
});

describe("a replay that keeps to a rate", () => {
  const steps = fc.array(
    fc.record({ count: fc.integer({ min: 1, max: 500 }), workMs: fc.nat(3000) }),
    {
      minLength: 1,
    },
  );

  it("a replay never sends more than its rate, and waits for nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), steps, async (rate, list) => {
        nowMs = 1_000_000;
        const pace = new Pace(rate, clock);
        let readyMs = nowMs;
        let earliestMs = nowMs;
        for (const { count, workMs } of list) {
          await pace.wait(count);
          // Neither too early for what was sent before, nor later than that or its own work asks
          // for.
          expect(nowMs).toBeCloseTo(Math.max(readyMs, earliestMs), 3);
          earliestMs = nowMs + (count * 1000) / rate;
          nowMs += workMs;
          readyMs = nowMs;
        }
      }),
    );
  });
});
