import { describe, expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import type { Slot, StoreSlots } from "@rainhooks/dynamodb/slots/slot";
import type { Item } from "@rainhooks/sinks/sink";
import { slotSink } from "./slot-sink.ts";

describe("a sink of slots", () => {
  let slots: StoreSlots | Error = { live: "a", both: false };
  const failing = new Map<Slot, RainhooksError>();
  const made: Slot[] = [];
  const written: [Slot, string][] = [];
  const sink = slotSink<string>(
    async () => {
      if (slots instanceof Error) throw slots;
      return slots;
    },
    (slot) => {
      made.push(slot);
      return {
        write: async (items: readonly Item<string>[]) => {
          written.push(...items.map(({ value }) => [slot, value] as [Slot, string]));
          const error = failing.get(slot);
          return error === undefined ? [] : items.map(({ id }) => ({ id, error }));
        },
      };
    },
  );
  const write = async (value: string) => {
    written.length = 0;
    const failures = await sink.write([{ id: "1", value }]);
    return [written.map(([slot]) => slot).join(""), failures.map(({ error }) => error.code)];
  };

  it("a sink of slots writes to the live slot, to both, and to the other", async () => {
    expect(await write("x")).toEqual(["a", []]);
    slots = { live: "a", both: true };
    expect(await write("x")).toEqual(["ab", []]);
    slots = { live: "b", both: true };
    expect(await write("x")).toEqual(["ba", []]);
    slots = { live: "b", both: false };
    expect(await write("x")).toEqual(["b", []]);
    expect(made).toEqual(["a", "b"]);
  });

  it("a sink of slots makes the sink of a slot anew when the slot is used again: it may have been emptied", async () => {
    slots = { live: "b", both: true };
    await write("x");
    expect(made).toEqual(["a", "b", "a"]);
  });

  it("a sink of slots fails an item that one of the slots has not, once, and as temporary if one failure is", async () => {
    failing.set("a", new RainhooksError("throttled", "busy"));
    expect(await write("x")).toEqual(["ba", ["throttled"]]);
    failing.set("b", new RainhooksError("sink-rejected", "too large", { permanent: true }));
    expect(await write("x")).toEqual(["ba", ["throttled"]]);
    failing.clear();
  });

  it("a sink of slots writes first to the slot that is ahead, and to the other one what that has, or can never have whole", async () => {
    slots = { live: "a", both: true, ahead: "b" };
    expect(await write("x")).toEqual(["ba", []]);
    failing.set("b", new RainhooksError("throttled", "busy"));
    expect(await write("x")).toEqual(["b", ["throttled"]]);
    failing.set("b", new RainhooksError("sink-rejected", "too large", { permanent: true }));
    expect(await write("x")).toEqual(["ba", ["sink-rejected"]]);
    failing.clear();
    failing.set("a", new RainhooksError("throttled", "busy"));
    expect(await write("x")).toEqual(["ba", ["throttled"]]);
    failing.clear();
  });

  it("a sink of slots leaves half of the time to the second slot, if one is ahead", async () => {
    let leftMs = 1000;
    const asked: number[] = [];
    const both = slotSink<string>(
      async () => ({ live: "a", both: true, ahead: "b" }),
      () => ({
        write: async (_, context) => {
          asked.push(context?.remainingMs() ?? 0);
          leftMs -= context?.remainingMs() ?? 0;
          return [];
        },
      }),
    );
    await both.write([{ id: "1", value: "x" }], { remainingMs: () => leftMs });
    expect(asked).toEqual([500, 500]);
  });

  it("a sink of slots fails all items if it is not known which slots are used", async () => {
    slots = new RainhooksError("sink-unavailable", "The table cannot be read.");
    expect(await write("x")).toEqual(["", ["sink-unavailable"]]);
  });
});
