import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Item, ItemFailure, Sink } from "@rainhooks/sinks/sink";
import { within } from "./within.ts";
import { writeItems } from "./write-items.ts";

const items = ["a", "b", "c"].map((id) => ({ id, value: id }));

function sinkOf(write: (items: readonly Item<string>[]) => Promise<readonly ItemFailure[]>) {
  const calls: string[][] = [];
  const times: (number | undefined)[] = [];
  const sink: Sink<string> = {
    write: (some, context) => {
      calls.push(some.map(({ id }) => id));
      times.push(context?.remainingMs());
      return write(some);
    },
  };
  return { sink, calls, times };
}

describe("writeItems", () => {
  it("writeItems does not call the sink without items", async () => {
    const { sink, calls } = sinkOf(async () => []);
    expect(await writeItems(sink, [])).toEqual([]);
    expect(calls).toEqual([]);
  });

  it("writeItems returns the failures that the sink reports", async () => {
    const failures = [{ id: "b", error: new RainhooksError("sink-rejected", "no") }];
    const { sink, calls } = sinkOf(async () => failures);
    expect(await writeItems(sink, items)).toEqual(failures);
    expect(calls).toEqual([["a", "b", "c"]]);
  });

  it("writeItems tries each item alone, once, when the sink throws", async () => {
    const { sink, calls } = sinkOf(async (some) => {
      if (some.some(({ id }) => id === "b")) throw new TypeError("boom");
      return [];
    });
    expect(await writeItems(sink, items)).toMatchObject([
      { id: "b", error: { code: "unexpected", message: "boom" } },
    ]);
    expect(calls).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
  });

  it.each([
    [20_000, 19_500],
    [600, 300],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])(
    "writeItems tells the sink that its %d ms end a little earlier",
    async (remainingMs, toldMs) => {
      const { sink, times } = sinkOf(async () => []);
      await writeItems(sink, items, () => remainingMs);
      expect(times).toEqual([toldMs]);
    },
  );

  it("writeItems tells the sink what is left when it is called again for each item, and never less than nothing", async () => {
    const left = [10_000, 10_000, 5000, 900, 100];
    const { sink, times } = sinkOf(async (some) => {
      if (some.length > 1) throw new TypeError("boom");
      return [];
    });
    await writeItems(sink, items, () => left.shift() ?? 0);
    expect(times).toEqual([9500, 4500, 400, 0]);
  });

  it("writeItems reports every item as failed when the time is up", async () => {
    const { sink } = sinkOf(() => new Promise(() => undefined));
    const failures = await writeItems(sink, items, () => 4.6);
    expect(failures.map(({ id }) => id)).toEqual(["a", "b", "c"]);
    expect(failures[0]?.error).toMatchObject({
      code: "sink-unavailable",
      permanent: false,
      message:
        "The sink did not finish within 5 ms, the time that the function's timeout leaves for it.",
    });
  });
});

describe("within", () => {
  it("within returns a result that is there in time, and leaves no timer behind", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    const before = timers();
    expect(await within(60_000, Promise.resolve("done"), () => "late")).toBe("done");
    expect(timers()).toBe(before);
  });

  it("within waits without a limit when the time is infinite", async () => {
    expect(await within(Number.POSITIVE_INFINITY, Promise.resolve("done"), () => "late")).toBe(
      "done",
    );
  });

  it("within returns at once when there is no time", async () => {
    expect(await within(-1, new Promise<string>(() => undefined), () => "late")).toBe("late");
  });
});
