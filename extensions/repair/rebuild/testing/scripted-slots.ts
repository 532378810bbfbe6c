import type { StoreSlots } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { Progress } from "@rainhooks/stage/operate/progress";
import type { WorkReply, WorkRequest } from "../../work/request.ts";
import type { SlotDependencies } from "../change-slots.ts";
import { type Rebuild, RebuildLease, readState, type StoreState } from "../rebuild-state.ts";

const REBUILD: Rebuild = {
  ...{ phase: "filled", to: "b", startedBy: "somebody", startedAtMs: 1, updatedAtMs: 1 },
  ...{ copiesRows: false, partitions: 256 },
};

/** The slots of a store in played time, and a function of which the test says what it returns. */
export class ScriptedSlots {
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
      ...{ store: "node-status", tables: [nodeStatusTable, nodeTimelineTable] },
      slots: { client: tables.client, tableName },
      workFunction: {
        concurrency: 2,
        wait: async () => undefined,
        invoke: async (request) => {
          this.calls.push(request);
          return this.reply(request);
        },
      },
      ...{ settleMs: 15_000, slotsAgeMs: 10_000, clockMarginMs: 5000, nowMs: () => this.nowMs },
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
