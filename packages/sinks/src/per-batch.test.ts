import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { perBatch } from "./per-batch.ts";

const items = ["a", "b"].map((id) => ({ id, value: id.toUpperCase() }));

describe("perBatch", () => {
  it("perBatch calls the function once with all items, and the time that is left", async () => {
    const calls: unknown[][] = [];
    const sink = perBatch<string>(async (batch, { remainingMs }) => {
      calls.push([batch, remainingMs()]);
    });
    expect(await sink.write(items, { remainingMs: () => 7 })).toEqual([]);
    expect(await sink.write(items)).toEqual([]);
    expect(calls).toEqual([
      [items, 7],
      [items, Number.POSITIVE_INFINITY],
    ]);
  });

  it("perBatch returns the failures that the function returns", async () => {
    const failures = [{ id: "b", error: new RainhooksError("sink-rejected", "no") }];
    expect(await perBatch<string>(async () => failures).write(items)).toEqual(failures);
  });

  it("perBatch throws what the function throws, so that the runtime calls it for each item alone", async () => {
    const thrown = new TypeError("boom");
    await expect(perBatch<string>(() => Promise.reject(thrown)).write(items)).rejects.toBe(thrown);
  });

  it("perBatch throws if a failure is of no item of the batch: Lambda would take it for a failure of all", async () => {
    const failures = [{ id: "c", error: new RainhooksError("sink-rejected", "no") }];
    await expect(perBatch<string>(async () => failures).write(items)).rejects.toThrow(
      'The function returned a failure of item "c", which is not in its batch.',
    );
  });
});
