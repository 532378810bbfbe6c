import { describe, expect, it } from "@jest/globals";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { RainhooksError } from "@rainhooks/core/errors";
import { delayNotingSink } from "./delay-noting-sink.ts";

const delivery = (sentAtMs: number): Delivery => ({
  id: `d${sentAtMs}`,
  sentAtMs,
  topic: undefined,
  attributes: {},
  body: "{}",
});
const items = [5, 3].map((sentAtMs, index) => ({ id: String(index), value: delivery(sentAtMs) }));

describe("the sink of the archive", () => {
  it("the sink of the archive notes when deliveries were published, and then writes them", async () => {
    const done: unknown[] = [];
    const sink = delayNotingSink(
      {
        write: async (written) => {
          done.push(written);
          return [];
        },
      },
      { note: async (publishedMs, nowMs) => void done.push([publishedMs, nowMs]), nowMs: () => 9 },
    );
    expect(await sink.write(items)).toEqual([]);
    expect(done).toEqual([[[5, 3], 9], items]);
  });

  it("the sink of the archive writes nothing that it cannot note, and says so for each item", async () => {
    const error = new RainhooksError("throttled", "busy");
    const sink = delayNotingSink(
      { write: () => Promise.reject(new Error("not called")) },
      { note: () => Promise.reject(error), nowMs: () => 9 },
    );
    expect(await sink.write(items)).toEqual([
      { id: "0", error },
      { id: "1", error },
    ]);
  });
});
