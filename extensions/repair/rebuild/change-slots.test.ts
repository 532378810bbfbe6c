import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { Slot } from "@rainhooks/dynamodb/slots/slot";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { dropSlot, switchSlots, untilFollowed } from "./change-slots.ts";
import { ScriptedSlots } from "./testing/scripted-slots.ts";

let tables: TestTables;
let world: ScriptedSlots;
let run = 0;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());
beforeEach(async () => {
  run += 1;
  world = await ScriptedSlots.create(tables, String(run));
  world.reply = () => ({ result: { items: 0 } });
});

describe("a change of slots", () => {
  it("a change of slots is followed after the timeout of functions, by any clock", async () => {
    const waits: number[] = [];
    const wait = async (ms: number) => {
      waits.push(ms);
      world.nowMs += ms;
    };
    const sinceMs = world.nowMs - 17_500;
    expect(await untilFollowed(sinceMs, "both-slots", { ...world.parts, wait })).toBe(sinceMs + 20_000);
    expect([waits, world.nowMs]).toEqual([[1000, 1000, 500], sinceMs + 20_000]);
    expect(world.progress).toEqual(
      [2500, 1500, 500].map((leftMs) => ({ step: "wait", wait: { for: "both-slots", leftMs } })),
    );
    world.progress.length = 0;
    await untilFollowed(world.nowMs - 19_500, "unused", world.parts);
    expect(world.progress).toEqual([{ step: "wait", wait: { for: "unused" } }]);
  });

  it("a change of slots is followed when all is handled that was published while functions did not know it", async () => {
    const sinceMs = world.nowMs;
    const followed = async (processedMs: number, startMs: number) => {
      world.nowMs = sinceMs + startMs;
      return (
        (await untilFollowed(sinceMs, "lead", {
          ...world.parts,
          processedUntilMs: async () => processedMs,
        })) - sinceMs
      );
    };
    expect(await followed(sinceMs + 10_001, 10_001)).toBe(10_001);
    expect(await followed(sinceMs + 10_001, 10_000)).toBe(11_000);
    expect(await followed(sinceMs + 10_000, 10_001)).toBe(20_000);
    expect(await followed(sinceMs + 10_001, 20_000)).toBe(20_000);
  });
});

describe("a switch of slots", () => {
  it.each([
    ["rebuilt", "copying", "There is nothing to switch to: node-status is copying."],
    ["rebuilt", "filling", "There is nothing to switch to: node-status is filling."],
    ["old", "filled", "There is nothing to switch to: node-status is filled."],
    ["rebuilt", "dropping", "There is nothing to switch to: node-status is dropping."],
    ["old", undefined, "There is nothing to switch to: node-status is not being rebuilt."],
  ] as const)(
    "a switch of slots to the %s tables is refused while a rebuild is %s",
    async (to, phase, message) => {
      if (phase !== undefined) await world.leave({ phase });
      await expect(switchSlots(to, world.parts)).rejects.toMatchObject({ code: "input-invalid", message });
      expect(await world.read()).toMatchObject({ live: "a" });
    },
  );

  it("a switch of slots lets functions write to the new one first, and waits until they do", async () => {
    await world.leave({});
    const startMs = world.nowMs;
    const seen: unknown[] = [];
    world.onWait = async () => {
      const { live, ahead, rebuild } = await world.read();
      seen.push([live, ahead, rebuild?.phase]);
    };
    const state = await switchSlots("rebuilt", world.parts);
    expect(state).toMatchObject({ live: "b", ahead: "b", both: true, rebuild: { phase: "switched" } });
    expect(world.nowMs - startMs).toBe(15_000);
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([15, ["a", "b", "filled"], ["a", "b", "filled"]]);
    expect(world.progress[0]).toEqual({ step: "wait", wait: { for: "lead" } });

    expect(await switchSlots("old", world.parts)).toMatchObject({ live: "a", ahead: "a" });
    expect(world.nowMs - startMs).toBe(30_000);
    expect(await world.read()).toMatchObject({
      live: "a",
      ahead: "a",
      both: true,
      rebuild: { phase: "switched" },
    });
  });

  it("a switch of slots to what is live changes only what is written first", async () => {
    await world.leave({ phase: "switched" }, { live: "b", ahead: "a" });
    const startMs = world.nowMs;
    expect(await switchSlots("rebuilt", world.parts)).toMatchObject({ live: "b", ahead: "b" });
    expect(world.nowMs).toBe(startMs);
  });

  it("a switch of slots that fails can be tried again at once", async () => {
    await world.leave({});
    world.onWait = async () => {
      throw new Error("stopped");
    };
    await expect(switchSlots("rebuilt", world.parts)).rejects.toThrow("stopped");
    expect((await world.read()).rebuild).not.toHaveProperty("runner");
    world.onWait = async () => undefined;
    expect(await switchSlots("rebuilt", world.parts)).toMatchObject({ live: "b" });
  });
});

describe("a slot that is dropped", () => {
  const drop = (slot: Slot, perSecond?: number) =>
    dropSlot(slot, { startedBy: "me", perSecond }, world.parts);

  it("a slot that is dropped is not the live one", async () => {
    await world.leave({ phase: "switched" }, { live: "b" });
    await expect(drop("b")).rejects.toMatchObject({
      ...{ code: "input-invalid", message: "Slot b of node-status is live, so its items are not deleted." },
    });
    expect(world.calls).toEqual([]);
  });

  it("a slot that is dropped is written by no function any more when its items are deleted", async () => {
    await world.leave({ phase: "switched", startedBy: "somebody" }, { ahead: "a" });
    const startMs = world.nowMs;
    const seen: unknown[] = [];
    world.onWait = async () => {
      const { both, ahead, rebuild } = await world.read();
      seen.push([both, ahead, rebuild?.phase, rebuild?.startedBy]);
    };
    let leaseMs = 0;
    world.reply = ({ name }) => {
      if (name === "clearSegment") leaseMs = world.nowMs;
      return { result: { items: 3 } };
    };
    expect(await drop("b")).toBe(12);
    expect(seen).toEqual(Array.from({ length: 15 }, () => [false, undefined, "dropping", "somebody"]));
    expect(leaseMs - startMs).toBe(15_000);
    expect(world.progress[0]).toEqual({ step: "wait", wait: { for: "unused" } });
    const state = await world.read();
    expect([state.live, state.both, state.rebuild]).toEqual(["a", false, undefined]);
  });

  it("a slot that is dropped is emptied by its tables and their parts, each to its end", async () => {
    world.reply = ({ name, args }) =>
      name === "clearSegment" && args[3] === undefined
        ? { result: { items: 2, after: { item: { S: "more" } } } }
        : { result: { items: 1 } };
    expect(await drop("b", 10)).toBe(12);
    const cleared = world.callsOf("clearSegment");
    const segments = cleared.map(({ args: [segment] }) => segment);
    for (const table of ["node-status", "node-timeline"])
      for (const segment of [0, 1])
        expect(
          segments.filter(
            (one) => JSON.stringify(one) === JSON.stringify({ table, slot: "b", segment, of: 2 }),
          ),
        ).toHaveLength(2);
    expect(new Set(cleared.map(({ args }) => JSON.stringify(args.slice(1, 3))))).toEqual(
      new Set(['[["nodeId","item"],5]']),
    );
    expect(world.progress.filter(({ step }) => step === "delete-items").at(-1)).toEqual({
      step: "delete-items",
      items: 10,
    });
  });

  it("a slot that is dropped without a rebuild has one that can go on, until all is deleted", async () => {
    const startMs = world.nowMs;
    world.reply = ({ name }) =>
      name === "clearSegment"
        ? { error: { code: "sink-rejected", message: "no", permanent: true, mistakes: [], hint: undefined } }
        : {};
    await expect(drop("b")).rejects.toThrow("no");
    const { rebuild } = await world.read();
    expect(rebuild).toEqual({
      ...{ phase: "dropping", to: "b", startedBy: "me", copiesRows: false, partitions: 0 },
      ...{ startedAtMs: startMs, updatedAtMs: startMs + 15_000 },
    });
    world.reply = () => ({ result: { items: 0 } });
    await drop("b");
    expect((await world.read()).rebuild).toBeUndefined();
  });

  it("a slot that is dropped keeps the rest when the command is cancelled", async () => {
    const cancelled = { ...world.parts, signal: AbortSignal.abort(new Error("cancelled")) };
    await expect(dropSlot("b", { startedBy: "me" }, cancelled)).rejects.toThrow("cancelled");
    expect(world.calls.map(({ name }) => name)).toEqual(["dropFiles"]);
  });
});
