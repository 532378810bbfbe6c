import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import type { Slot, StoreSlots } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { Progress } from "@rainhooks/stage/operate/progress";
import { type CompareCounts, NO_DELIVERIES } from "../verify/report.ts";
import type { WorkReply, WorkRequest } from "../work/request.ts";
import { dropSlot, type SlotDependencies, switchSlots, untilFollowed } from "./change-slots.ts";
import { type Rebuild, RebuildLease, readState, type StoreState } from "./rebuild-state.ts";
import { type RebuildDependencies, runRebuild } from "./run.ts";

const REBUILD: Rebuild = {
  phase: "filled",
  to: "b",
  startedBy: "somebody",
  startedAtMs: 1,
  updatedAtMs: 1,
  copiesRows: false,
  partitions: 256,
};

/** The slots of a store in played time, and a function of which the test says what it returns. */
class ScriptedSlots {
  nowMs = 1_000_000;
  /** Returns the reply of the function. */
  reply: (request: WorkRequest) => WorkReply = () => ({ result: {} });
  /** Called in each wait. */
  onWait: () => Promise<unknown> = async () => undefined;
  readonly calls: WorkRequest[] = [];
  readonly progress: Progress[] = [];
  readonly parts: SlotDependencies;

  constructor(tables: TestTables, tableName: string) {
    this.parts = {
      store: "node-status",
      tables: [nodeStatusTable, nodeTimelineTable],
      slots: { client: tables.client, tableName },
      workFunction: {
        name: "store-work",
        concurrency: 2,
        wait: async () => undefined,
        invoke: async (request) => {
          this.calls.push(request);
          return this.reply(request);
        },
      },
      settleMs: 15_000,
      slotsAgeMs: 10_000,
      clockMarginMs: 5000,
      nowMs: () => this.nowMs,
      wait: async (ms) => {
        this.nowMs += ms;
        await this.onWait();
      },
      onProgress: (one) => this.progress.push(one),
    };
  }

  static async create(tables: TestTables, name: string): Promise<ScriptedSlots> {
    const tableName = `${tableSlotsTable.name}-${name}`;
    await tables.create({ ...tableSlotsTable, name: tableName });
    return new ScriptedSlots(tables, tableName);
  }

  read(): Promise<StoreState> {
    return readState(this.parts.slots, this.parts.store);
  }

  /** Leaves a rebuild as a process does that has ended in a phase. */
  async leave(rebuild: Partial<Rebuild>, slots: Partial<StoreSlots> = {}): Promise<void> {
    const lease = await RebuildLease.take(this.parts, () => ({ ...REBUILD, ...rebuild }));
    await lease.save({ both: true, ...slots });
    await lease.release();
  }

  callsOf(name: string): WorkRequest[] {
    return this.calls.filter((one) => one.name === name);
  }
}

describe("changes of slots", () => {
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
      expect(await untilFollowed(sinceMs, "both-slots", { ...world.parts, wait })).toBe(
        sinceMs + 20_000,
      );
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
        await expect(switchSlots(to, world.parts)).rejects.toMatchObject({
          code: "input-invalid",
          message,
        });
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
      expect(state).toMatchObject({
        live: "b",
        ahead: "b",
        both: true,
        rebuild: { phase: "switched" },
      });
      expect(world.nowMs - startMs).toBe(15_000);
      expect([seen.length, seen[0], seen.at(-1)]).toEqual([
        15,
        ["a", "b", "filled"],
        ["a", "b", "filled"],
      ]);
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
        code: "input-invalid",
        message: "Slot b of node-status is live, so its items are not deleted.",
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
      expect(seen).toEqual(
        Array.from({ length: 15 }, () => [false, undefined, "dropping", "somebody"]),
      );
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
          ? {
              error: {
                code: "sink-rejected",
                message: "no",
                permanent: true,
                mistakes: [],
                hint: undefined,
              },
            }
          : {};
      await expect(drop("b")).rejects.toThrow("no");
      const { rebuild } = await world.read();
      expect(rebuild).toEqual({
        phase: "dropping",
        to: "b",
        startedBy: "me",
        copiesRows: false,
        partitions: 0,
        startedAtMs: startMs,
        updatedAtMs: startMs + 15_000,
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
});

describe("phases of a rebuild", () => {
  const COUNTS: CompareCounts = {
    nodes: 1,
    equalNodes: 1,
    differentNodes: 0,
    unjudgedNodes: 0,
    facts: 3,
    differentFacts: 0,
    unjudgedFacts: { older: 0, rules: 0, unreadable: 0 },
    expiredFacts: 0,
  };
  const SAME = { lost: 0, added: 0, corrected: 0, differences: [] };
  const REQUEST = { startedBy: "me", copiesRows: false };
  const HOURS = { first: "2026/11/24/08", last: "2026/11/24/08", late: [] };

  let tables: TestTables;
  let server: BucketServer;
  let world: ScriptedSlots;
  let parts: RebuildDependencies;
  /** What the methods of the function return. */
  let replies: Record<string, (request: WorkRequest) => WorkReply>;
  let run = 0;

  beforeAll(async () => {
    tables = await startTables();
    const keys = [1, 2].map((hour) => `deliveries/2026/11/24/08/${hour}.gz`);
    server = await startBucketServer({
      archive: Object.fromEntries(keys.map((key) => [key, Buffer.from(key)])),
    });
  });
  afterAll(async () => {
    await server.stop();
    await tables.stop();
  });
  beforeEach(async () => {
    run += 1;
    world = await ScriptedSlots.create(tables, String(run));
    replies = {
      hasItems: () => ({ result: false }),
      copySegment: () => ({ result: {} }),
      keepObjects: () => ({
        result: { deliveries: 9, events: 7, unknown: 0, unreadable: 0 },
        partitions: [200, 3, 7],
      }),
      writeRows: () => ({ result: { refused: 0 } }),
      readTable: () => ({ result: { items: 1, units: 1 } }),
      readObjects: () => ({
        result: { counts: { ...NO_DELIVERIES, objects: 2, read: 9 }, problems: [], firstMs: 500 },
        partitions: [3, 7],
      }),
      compareFacts: () => ({ result: { counts: COUNTS, differences: [] } }),
      compareInSlots: () => ({ result: SAME }),
      dropFiles: () => ({}),
    };
    world.reply = (request) => replies[request.name]?.(request) ?? {};
    parts = {
      ...world.parts,
      archive: { client: server.client, bucket: "archive" },
      judged: {
        settings: { timelineDays: 30, seenIntervalS: 60 },
        integration: "us",
        webhook: {
          events: NODE_STATUS_EVENTS,
          filtered: true,
          subscribed: { topics: {} },
          sinceMs: 0,
        },
      },
      hoursWhenArchived: async () => HOURS,
      untilHandled: async (atLeastMs) => Math.max(world.nowMs, atLeastMs),
    };
  });

  /** What of the table of slots decides who reads and writes what. */
  async function slots() {
    const { live, both, ahead, rebuild } = await world.read();
    return { live, both, ahead, phase: rebuild?.phase };
  }

  describe("a rebuild that begins", () => {
    it.each([
      [
        "switched",
        'node-status has been rebuilt already. "rainhooks rebuild drop node-status" ends that, "rebuild back" returns to the old tables.',
      ],
      [
        "dropping",
        'The old tables of node-status are being deleted. Go on with "rainhooks rebuild drop node-status".',
      ],
    ] as const)(
      "a rebuild that begins is refused when another one is %s, and says what to do",
      async (phase, message) => {
        await world.leave({ phase });
        await expect(runRebuild(REQUEST, parts)).rejects.toMatchObject({
          code: "input-invalid",
          message,
        });
        expect(world.calls).toEqual([]);
      },
    );

    it("a rebuild that begins is refused when one of the other tables has items, and says what to do", async () => {
      replies["hasItems"] = ({ args }) => ({ result: JSON.stringify(args).includes("timeline") });
      await expect(runRebuild(REQUEST, parts)).rejects.toMatchObject({
        code: "input-invalid",
        message:
          'The other tables of node-status are not empty. Empty them with "rainhooks rebuild drop node-status".',
      });
      expect((await world.read()).rebuild).toBeUndefined();
      expect(world.callsOf("hasItems").map(({ args }) => args[0])).toEqual(
        ["node-status", "node-timeline"].flatMap((table) =>
          [0, 1].map((segment) => ({ table, slot: "b", segment, of: 2 })),
        ),
      );
    });

    it("a rebuild that begins is noted with who started it, and the tables it fills", async () => {
      const startMs = world.nowMs;
      const { state } = await runRebuild(REQUEST, parts);
      expect(state.rebuild).toMatchObject({
        to: "b",
        startedBy: "me",
        startedAtMs: startMs,
        copiesRows: false,
        phase: "switched",
        bothAtMs: startMs,
        partitions: 256,
      });
      expect(world.callsOf("copySegment")).toEqual([]);
    });
  });

  describe("a rebuild that copies", () => {
    it("a rebuild that copies does so before functions write to both slots", async () => {
      const seen: unknown[] = [];
      world.onWait = async () => seen.push(await slots());
      replies["copySegment"] = ({ args }) => {
        seen.push(args);
        return { result: args[2] === undefined ? { after: { nodeId: { S: "n1" } } } : {} };
      };
      const { state } = await runRebuild({ ...REQUEST, copiesRows: true }, parts);
      expect(state.rebuild).toMatchObject({ copiesRows: true });
      const copied = seen.slice(0, 8).map((args) => JSON.stringify(args));
      for (const table of ["node-status", "node-timeline"])
        for (const segment of [0, 1]) {
          const part = { table, slot: "a", segment, of: 2 };
          expect(copied).toContain(JSON.stringify([part, "b", null]));
          expect(copied).toContain(JSON.stringify([part, "b", { nodeId: { S: "n1" } }]));
        }
      expect(seen[8]).toEqual({ live: "a", both: true, ahead: undefined, phase: "filling" });
      expect(world.progress[0]).toEqual({ step: "copy-rows" });
    });

    it("a rebuild that copies stops when it is cancelled, and goes on with the copy", async () => {
      const cancelled = { ...parts, signal: AbortSignal.abort(new Error("cancelled")) };
      await expect(runRebuild({ ...REQUEST, copiesRows: true }, cancelled)).rejects.toThrow(
        "cancelled",
      );
      expect([(await slots()).phase, world.callsOf("copySegment")]).toEqual(["copying", []]);
      await runRebuild(REQUEST, parts);
      expect(world.callsOf("copySegment")).toHaveLength(4);
      expect(world.callsOf("hasItems")).toHaveLength(4);
    });
  });

  describe("a rebuild that fills", () => {
    it("a rebuild that fills reads what was published until all functions write to both slots", async () => {
      const startMs = world.nowMs;
      let toMs = 0;
      const seen: unknown[] = [];
      const hoursWhenArchived = async (untilMs: number) => {
        toMs ||= untilMs;
        return HOURS;
      };
      replies["keepObjects"] = ({ args }) => {
        seen.push(args);
        return { result: { deliveries: 9, events: 7, unknown: 1, unreadable: 2 }, partitions: [3] };
      };
      world.onWait = async () => seen.push((await slots()).both);
      await runRebuild(REQUEST, { ...parts, hoursWhenArchived });
      expect(toMs).toBe(startMs + 20_000);
      const keys = [1, 2].map((hour) => `deliveries/2026/11/24/08/${hour}.gz`);
      expect(seen.slice(0, 21)).toEqual([...Array(20).fill(true), [keys, { fromMs: 0, toMs }, 0]]);
      expect((await world.read()).rebuild?.counts).toEqual({
        deliveries: 9,
        events: 7,
        unknown: 1,
        unreadable: 2,
        refused: 0,
      });
      expect(world.progress[0]).toEqual({
        step: "wait",
        wait: { for: "both-slots", leftMs: 20_000 },
      });
      expect(world.progress).toContainEqual({ step: "read-archive", deliveries: 0 });
    });

    it("a rebuild that fills writes each partition to its end, and counts what is refused", async () => {
      replies["writeRows"] = ({ args }) => ({
        result: { refused: 2, ...(args[2] === undefined && args[1] === 7 ? { after: "key" } : {}) },
      });
      const { state } = await runRebuild(REQUEST, parts);
      const written = world.callsOf("writeRows").map(({ args }) => JSON.stringify(args));
      expect(written.toSorted()).toEqual([
        '["b",200,null]',
        '["b",3,null]',
        '["b",7,"key"]',
        '["b",7,null]',
      ]);
      expect(state.rebuild).toMatchObject({ partitions: 256, counts: { events: 7, refused: 8 } });
      expect(world.progress).toContainEqual({ step: "write", partition: 4, of: 256 });
    });

    it("a rebuild that fills goes on with the first partition that is not written, and counts none twice", async () => {
      const refuse: (typeof replies)[string] = () => ({
        error: {
          code: "sink-rejected",
          message: "no",
          permanent: true,
          mistakes: [],
          hint: undefined,
        },
      });
      const write: (typeof replies)[string] = ({ args }) => ({
        result: { refused: Number(args[1]) },
      });
      replies["writeRows"] = (request) =>
        request.args[1] === 7 ? refuse(request) : write(request);
      await expect(runRebuild(REQUEST, parts)).rejects.toThrow("no");
      const { rebuild } = await world.read();
      expect(rebuild).toMatchObject({ phase: "filling", partitions: 7, counts: { refused: 3 } });
      expect(rebuild).not.toHaveProperty("runner");

      replies["keepObjects"] = ({ args }) => ({
        result: { deliveries: 9, events: 7, unknown: 0, unreadable: 0 },
        partitions: [3, 7, 200].filter((partition) => partition >= Number(args[2])),
      });
      replies["writeRows"] = write;
      const bothAtMs = rebuild?.bothAtMs;
      world.calls.length = 0;
      const { state } = await runRebuild(REQUEST, parts);
      expect(world.callsOf("writeRows").map(({ args }) => args[1])).toEqual([7, 200]);
      expect(world.callsOf("keepObjects")[0]?.args[2]).toBe(7);
      expect(state.rebuild).toMatchObject({ bothAtMs, counts: { refused: 210 } });
    });
  });

  describe("a rebuild that is judged", () => {
    const judge = async (copiesRows = false) => {
      await world.leave({ phase: "filled", copiesRows });
      return runRebuild(REQUEST, parts);
    };

    it("a rebuild that is judged equal is switched to when extensions have read the old tables, and functions write to it first", async () => {
      const seen: unknown[] = [];
      const startMs = world.nowMs;
      world.onWait = async () => seen.push(await slots());
      let handledMs = 0;
      const untilHandled = async (atLeastMs: number) => {
        handledMs = atLeastMs;
        return atLeastMs + 1000;
      };
      const untilRead = async () => void seen.push(await slots());
      await world.leave({ phase: "filled" });
      const { outcome, state, report, comparison } = await runRebuild(REQUEST, {
        ...parts,
        untilHandled,
        untilRead,
      });
      expect([outcome, state.live, state.ahead, state.both]).toEqual(["switched", "b", "b", true]);
      expect(seen).toEqual(Array(21).fill({ live: "a", both: true, ahead: "b", phase: "filled" }));
      expect(world.progress[0]).toEqual({ step: "wait", wait: { for: "lead" } });
      expect([handledMs, report.toMs]).toEqual([startMs + 20_000, startMs + 21_000]);
      expect([report.facts, comparison]).toEqual([6, SAME]);
      expect(await slots()).toEqual({ live: "b", both: true, ahead: "b", phase: "switched" });
      expect(world.callsOf("keepObjects")).toEqual([]);
    });

    it("a rebuild that is judged is compared with the live tables, of which each part is read before the others", async () => {
      replies["compareInSlots"] = ({ args }) => ({
        result: { ...SAME, added: 10, corrected: Number(args[0]) },
        partitions: [],
      });
      replies["readTable"] = () => ({ result: { items: 1, units: 1 }, partitions: [3, 7] });
      const { outcome, comparison } = await judge();
      expect([outcome, comparison]).toEqual(["switched", { ...SAME, added: 20, corrected: 10 }]);
      const read = world
        .callsOf("readTable")
        .map(({ args: [segment, source] }) => ({ segment, source }));
      const parts = (slot: string, source: string) =>
        ["node-status", "node-timeline"].flatMap((table) =>
          [0, 1].map((segment) => ({ segment: { table, slot, segment, of: 2 }, source })),
        );
      expect(read).toEqual([
        ...parts("b", "stored"),
        ...parts("a", "stored"),
        ...parts("b", "archived"),
      ]);
      expect(world.callsOf("compareInSlots").map(({ args }) => args)).toEqual(
        [3, 7].map((partition) => [partition, { fromMs: 500, readAtMs: world.nowMs }]),
      );
      const slotsRead = world.progress.filter(({ step }) => step === "read-slot");
      expect(slotsRead).toEqual([
        { step: "read-slot", slot: "a" },
        { step: "read-slot", slot: "b" },
      ]);
    });

    it.each([
      ["different", { ...COUNTS, differentFacts: 1 }, SAME, false],
      ["unjudged", { ...COUNTS, facts: 0 }, SAME, false],
      [
        "unjudged",
        { ...COUNTS, unjudgedFacts: { older: 1, rules: 0, unreadable: 0 } },
        SAME,
        false,
      ],
      ["switched", { ...COUNTS, unjudgedFacts: { older: 1, rules: 0, unreadable: 0 } }, SAME, true],
      [
        "switched",
        { ...COUNTS, facts: 0, unjudgedFacts: { older: 1, rules: 0, unreadable: 0 } },
        SAME,
        true,
      ],
      ["unjudged", { ...COUNTS, facts: 0 }, SAME, true],
      ["unjudged", { ...COUNTS, unjudgedFacts: { older: 0, rules: 1, unreadable: 0 } }, SAME, true],
      ["fewer", COUNTS, { ...SAME, lost: 1 }, false],
      ["fewer", COUNTS, { ...SAME, lost: 1 }, true],
      ["switched", COUNTS, { ...SAME, added: 1, corrected: 1 }, false],
      ["different", { ...COUNTS, differentFacts: 1 }, { ...SAME, lost: 1 }, false],
    ])(
      "a rebuild that is judged is %s by what differs: %j, %j, with copied rows: %s",
      async (outcome, counts, comparison, copiesRows) => {
        replies["compareFacts"] = () => ({ result: { counts, differences: [] } });
        replies["compareInSlots"] = () => ({ result: comparison });
        replies["readTable"] = () => ({ result: { items: 1, units: 1 }, partitions: [3] });
        const result = await judge(copiesRows);
        expect(result.outcome).toBe(outcome);
        const [live, phase, ahead] =
          outcome === "switched" ? ["b", "switched", "b"] : ["a", "filled", undefined];
        expect(await slots()).toEqual({ live, both: true, ahead, phase });
        expect(result.state).toMatchObject({ live, rebuild: { phase } });
      },
    );

    it("a rebuild that is judged again waits again until functions write to it first", async () => {
      replies["compareFacts"] = () => ({
        result: { counts: { ...COUNTS, differentFacts: 1 }, differences: [] },
      });
      await judge();
      const startMs = world.nowMs;
      await runRebuild(REQUEST, parts);
      expect(world.nowMs - startMs).toBe(20_000);
    });

    it("a rebuild that is judged waits no longer after an interruption than without one", async () => {
      const startMs = world.nowMs;
      await world.leave({ phase: "filled", aheadAtMs: startMs - 15_000 }, { ahead: "b" });
      await runRebuild(REQUEST, parts);
      expect(world.nowMs - startMs).toBe(5000);
    });
  });
});
