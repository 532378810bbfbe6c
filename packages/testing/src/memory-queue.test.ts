import { beforeEach, describe, expect, it } from "@jest/globals";
import { MemoryQueue } from "./memory-queue.ts";

const DAY_S = 86_400;

describe("a queue in memory", () => {
  let nowMs = 0;
  const clock = () => nowMs;
  const after = (seconds: number) => {
    nowMs += seconds * 1000;
  };
  beforeEach(() => {
    nowMs = 1_700_000_000_000;
  });
  const bodies = (queue: MemoryQueue, max = 10) => queue.receive(max).map(({ body }) => body);

  it("a queue in memory hides received messages until the visibility timeout has passed, and counts receives", () => {
    const queue = new MemoryQueue(clock, { visibilityTimeoutS: 30 });
    queue.send("a");
    expect(queue.receive(10)).toMatchObject([{ body: "a", receives: 1 }]);
    after(29);
    expect(queue.receive(10)).toEqual([]);
    expect(queue.nextVisibleMs()).toBe(nowMs + 1000);
    after(1);
    expect(queue.receive(10)).toMatchObject([{ body: "a", receives: 2 }]);
  });

  it("a queue in memory accepts only the handle of a message's last receive", () => {
    const queue = new MemoryQueue(clock, { visibilityTimeoutS: 1 });
    queue.send("a");
    const [first] = queue.receive(1);
    after(1);
    const [second] = queue.receive(1);
    expect(() => queue.delete(first?.receiptHandle ?? "")).toThrow("is not the handle");
    queue.changeVisibility(second?.receiptHandle ?? "", 900);
    after(899);
    expect(bodies(queue)).toEqual([]);
    queue.delete(second?.receiptHandle ?? "");
    after(1);
    expect(queue.peek()).toEqual([]);
  });

  it("a queue in memory moves messages received too often, and keeps their age: they expire as they would have", () => {
    const dead = new MemoryQueue(clock, { retentionS: 14 * DAY_S });
    const queue = new MemoryQueue(clock, {
      visibilityTimeoutS: 60,
      maxReceives: 2,
      deadLetters: dead,
    });
    queue.send("a");
    for (const _ of [1, 2]) {
      expect(bodies(queue)).toEqual(["a"]);
      after(60);
    }
    expect(bodies(queue)).toEqual([]);
    expect(dead.peek()).toMatchObject([{ body: "a", sentAtMs: nowMs - 120_000 }]);
    after(14 * DAY_S - 121);
    expect(dead.peek()).toHaveLength(1);
    after(2);
    expect(dead.peek()).toEqual([]);
  });

  it("a queue in memory drops messages older than its retention", () => {
    const queue = new MemoryQueue(clock, {});
    queue.send("a");
    after(4 * DAY_S + 1);
    expect(bodies(queue)).toEqual([]);
  });

  it("a queue in memory returns no messages while too many are in flight", () => {
    const queue = new MemoryQueue(clock, { maxInFlight: 2 });
    for (const body of ["a", "b", "c"]) queue.send(body);
    expect(bodies(queue)).toEqual(["a", "b"]);
    expect(queue.isFull()).toBe(true);
    expect(bodies(queue)).toEqual([]);
    after(30);
    expect(bodies(queue)).toHaveLength(2);
  });

  it("a queue in memory delays a message without counting it as in flight", () => {
    const queue = new MemoryQueue(() => nowMs, {});
    queue.send("later", { delayS: 60 });
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0 });
    expect(queue.receive(10)).toEqual([]);
    expect(queue.nextVisibleMs()).toBe(nowMs + 60_000);
    nowMs += 60_000;
    expect(queue.receive(10).map(({ body }) => body)).toEqual(["later"]);
    expect(() => queue.send("too late", { delayS: 901 })).toThrow("901 s is not a delay");
  });

  it("a queue in memory serves the group with the fewest messages in flight first", () => {
    const queue = new MemoryQueue(clock, {});
    for (const body of ["a1", "a2", "a3"]) queue.send(body, { groupId: "a" });
    expect(bodies(queue, 2)).toEqual(["a1", "a2"]);
    queue.send("b1", { groupId: "b" });
    expect(bodies(queue)).toEqual(["b1", "a3"]);
  });

  it("a queue in memory returns messages of groups with equal loads in the order in which they became visible", () => {
    const queue = new MemoryQueue(clock, { visibilityTimeoutS: 10 });
    for (const groupId of ["a", "b", "b", "a"]) queue.send(groupId, { groupId });
    queue.send("late", { groupId: "b", delayS: 5 });
    expect(bodies(queue)).toEqual(["a", "b", "b", "a"]);
    after(10);
    expect(bodies(queue, 1)).toEqual(["late"]);
    expect(bodies(queue).sort()).toEqual(["a", "a", "b", "b"]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 5 });
  });

  it("a queue in memory handles a hundred thousand messages quickly", () => {
    const queue = new MemoryQueue(clock, {});
    for (let index = 0; index < 100_000; index += 1)
      queue.send("a", { groupId: String(index % 3) });
    for (let left = 100_000; left > 0; left -= 10) {
      for (const { receiptHandle } of queue.receive(10)) queue.delete(receiptHandle);
    }
    expect(queue.peek()).toEqual([]);
  });
});
