import { describe, expect, it } from "@jest/globals";
import { Limits } from "./limits.ts";

const put = (Item: Readonly<Record<string, { readonly S: string }>>) => ({
  action: "PutItem",
  input: { TableName: "t", Item },
});

describe("Limits", () => {
  it("let everything through until they are closed, and again when they are opened", () => {
    const limits = new Limits(() => 0);
    for (let call = 0; call < 100; call += 1) expect(limits.handle(put({})).kind).toBe("forward");
    limits.open();
    expect(limits.handle(put({})).kind).toBe("forward");
    expect(limits.totals).toEqual({ refused: 0, passed: 0 });
  });

  it("let a share of what passed before through, by resource", () => {
    let nowMs = 0;
    const limits = new Limits(() => nowMs);
    for (let call = 0; call < 60; call += 1) limits.handle(put({}));
    nowMs = 10_000;
    expect([...limits.close(0.5)]).toEqual([["t/writes", 3]]);
    const kinds = Array.from({ length: 5 }, () => limits.handle(put({})).kind);
    expect(kinds).toEqual(["forward", "forward", "forward", "refuse", "refuse"]);
    expect(limits.handle({ action: "GetItem", input: { TableName: "t" } }).kind).toBe("forward");
  });

  it("throttle a write whose index is too slow", () => {
    let nowMs = 0;
    const limits = new Limits(() => nowMs);
    for (let call = 0; call < 90; call += 1)
      limits.handle(put(call < 10 ? { statusShard: { S: "offline#1" } } : {}));
    nowMs = 10_000;
    limits.close(1);
    limits.handle(put({ statusShard: { S: "offline#1" } }));
    expect(limits.handle(put({ statusShard: { S: "offline#1" } }))).toMatchObject({
      error: "ThrottlingException",
    });
    expect(limits.handle(put({})).kind).toBe("forward");
  });

  it("refuse the entries of a batch that are too many, and the call if no entry passes", () => {
    let nowMs = 0;
    const limits = new Limits(() => nowMs);
    const batch = { action: "PutRecordBatch", input: { DeliveryStreamName: "s", Records: ["a", "b", "c"] } };
    limits.handle(batch);
    nowMs = 1000;
    limits.close(2 / 3);
    expect(limits.handle(batch)).toMatchObject({ input: { Records: ["a", "b"] } });
    expect(limits.handle(batch)).toEqual({
      kind: "refuse",
      status: 503,
      error: "ServiceUnavailableException",
    });
    expect(limits.totals).toEqual({ refused: 4, passed: 2 });
  });
});
