import { randomUUID } from "node:crypto";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { MINUTE_MS, SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import { tableError } from "@rainhooks/dynamodb/errors";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { putUnchanged } from "@rainhooks/dynamodb/put-if";
import { type SlotTable, slotsOf } from "@rainhooks/dynamodb/slots/read";
import { FIRST_SLOTS, otherSlot, type Slot, type StoreSlots } from "@rainhooks/dynamodb/slots/slot";
import * as v from "valibot";

/**
 * Where a rebuild is. `copying`: the rows of the live tables are copied. `filling`: functions write
 * to both slots, and the archive is written to the other one. `filled`: it has everything.
 * `switched`: it is live, and both are written. `dropping`: the items of the slot that is not live
 * are deleted.
 */
const PHASES = ["copying", "filling", "filled", "switched", "dropping"] as const;
export type RebuildPhase = (typeof PHASES)[number];

/** How long a process may run a rebuild without a sign of life. */
export const REBUILD_LEASE_MS = 15 * SECOND_MS;
/** Clocks of AWS and of the machine of an operator differ by less. */
export const CLOCK_MARGIN_MS = 2 * MINUTE_MS;

const count = v.number();

/** What was read of the archive, and written. */
const counts = v.object({
  /** Deliveries for the webhook. */
  deliveries: count,
  /** Of these: events that were written. */
  events: count,
  /** Of these: events for whose time the filter rules are not known any more. */
  unknown: count,
  /** Lines and objects that cannot be read. */
  unreadable: count,
  /** Events that the tables can never take, as in the dead-letter queue of the function. */
  refused: count,
});
export type FillCounts = Readonly<v.InferOutput<typeof counts>>;

/** A rebuild of a store. */
const rebuild = v.object({
  phase: v.picklist(PHASES),
  /** The slot that is rebuilt. */
  to: v.picklist(["a", "b"]),
  /** Who started it: an ARN of AWS. */
  startedBy: v.string(),
  startedAtMs: count,
  updatedAtMs: count,
  /** Whether it began with a copy of the live rows. */
  copiesRows: v.boolean(),
  /** Since when functions are told to write to both slots, epoch milliseconds. */
  bothAtMs: v.optional(count),
  /** Since when they are told to write to the rebuilt slot first, epoch milliseconds. */
  aheadAtMs: v.optional(count),
  /** Number of partitions of nodes, of 256, that are written. */
  partitions: count,
  counts: v.optional(counts),
  /** The process that runs it, and until when no other may. */
  runner: v.optional(v.string()),
  leaseUntilMs: v.optional(count),
});
export type Rebuild = Readonly<v.InferOutput<typeof rebuild>>;

/** What the table of slots says about a store. */
export interface StoreState extends StoreSlots {
  readonly store: string;
  /** How often it was written. */
  readonly version: number;
  readonly rebuild?: Rebuild | undefined;
}

const state = v.object({ version: count, rebuild: v.optional(rebuild) });

/**
 * Reads what the table of slots says about a store.
 *
 * @throws {RainhooksError} `stage-unavailable` for an item of another version.
 */
export async function readState(
  { client, tableName }: SlotTable,
  store: string,
): Promise<StoreState> {
  const Key = { store: { S: store } };
  const read = client.send(new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true }));
  const { Item } = await read.catch((error: unknown) => {
    throw tableError(tableName, error);
  });
  return Item === undefined ? { store, ...FIRST_SLOTS, version: 0 } : parse(store, Item);
}

function parse(store: string, item: Attributes): StoreState {
  const parsed = v.safeParse(state, unmarshall(item));
  if (parsed.success) return { store, ...slotsOf(item), ...parsed.output };
  throw new RainhooksError(
    "stage-unavailable",
    `The slots of ${store} were written by another version of Rainhooks. Use that version.`,
  );
}

/**
 * Writes the state of a store, unless somebody else has written it since it was read.
 *
 * @returns The state as it was written.
 * @throws {RainhooksError} `write-conflict` if somebody has.
 */
export async function saveState(table: SlotTable, next: StoreState): Promise<StoreState> {
  const written = { ...next, version: next.version + 1 };
  const item = marshall(written, { removeUndefinedValues: true });
  const isWritten = await putUnchanged(
    { ...table, key: ["store"] },
    item,
    next.version || undefined,
  );
  if (isWritten) return written;
  throw new RainhooksError(
    "write-conflict",
    `Somebody else has changed the rebuild of ${next.store}. Look at it with "rainhooks rebuild show ${next.store}".`,
  );
}

/**
 * Checks for another machine than the one that holds a rebuild whether that one still does. Its
 * clock may be behind: it wrote the end of the lease, and on a deployed stage no other takes the
 * rebuild earlier. Only what rebuilds may write the table that says so, and which slot is live.
 *
 * @param runner Id of the process that held it when it asked.
 * @param phase What it has asked for is done in this phase only.
 * @param slot The slot that it wants to write to.
 * @throws {RainhooksError} `write-conflict` if it does not, the rebuild is in another phase, or the
 * slot is live.
 */
export async function requireRunner(
  slots: SlotTable,
  store: string,
  runner: string | undefined,
  phase: RebuildPhase,
  slot: Slot,
  nowMs: number,
): Promise<void> {
  const { rebuild: now, live } = await readState(slots, store);
  const untilMs = (now?.leaseUntilMs ?? 0) + CLOCK_MARGIN_MS;
  const isRunner = runner !== undefined && now?.runner === runner && untilMs > nowMs;
  if (isRunner && now?.phase === phase && slot === otherSlot(live)) return;
  throw new RainhooksError(
    "write-conflict",
    `The process that rebuilds ${store} does not hold the rebuild any more. Start the command again.`,
    { permanent: true },
  );
}

/** The slots of a store, and who works on them. */
export interface LeaseDependencies {
  /** Read and written with a client that does not follow slots. */
  readonly slots: SlotTable;
  readonly store: string;
  readonly nowMs: () => number;
  /** By how much the clocks of machines may differ, milliseconds. */
  readonly clockMarginMs: number;
}

/** What of a state a process changes. */
type Change = Partial<StoreSlots> & { readonly rebuild?: Partial<Rebuild> };

/**
 * The rebuild of a store in the hands of one process: no other can change it until the process has
 * released it, or has died.
 */
export class RebuildLease {
  readonly #dependencies: LeaseDependencies;
  /** Id of the process that holds it. */
  readonly runner: string = randomUUID();
  #state: StoreState;
  #saving: Promise<unknown> = Promise.resolve();
  #lost: unknown;
  #timer: NodeJS.Timeout | undefined;

  private constructor(dependencies: LeaseDependencies, state: StoreState) {
    this.#dependencies = dependencies;
    this.#state = state;
  }

  /**
   * Takes a rebuild over, or begins one.
   *
   * @param begin Returns a rebuild to begin with, from the state that was read; it may throw if
   * that does not allow it.
   * @throws {RainhooksError} `write-conflict` if another process runs it.
   */
  static async take(
    dependencies: LeaseDependencies,
    begin: (state: StoreState) => Rebuild | Promise<Rebuild>,
  ): Promise<RebuildLease> {
    const state = await readState(dependencies.slots, dependencies.store);
    const freeMs =
      (state.rebuild?.leaseUntilMs ?? Number.NEGATIVE_INFINITY) + dependencies.clockMarginMs;
    const leftMs = freeMs - dependencies.nowMs();
    if (leftMs > 0)
      throw new RainhooksError(
        "write-conflict",
        `Another process works on the rebuild of ${dependencies.store}. If it was stopped, try again in ${Math.ceil(leftMs / SECOND_MS)} seconds.`,
      );
    const lease = new RebuildLease(dependencies, { ...state, rebuild: await begin(state) });
    await lease.save({});
    lease.#timer = setInterval(
      () => void lease.save({}).catch(() => undefined),
      REBUILD_LEASE_MS / 3,
    );
    lease.#timer.unref();
    return lease;
  }

  get state(): StoreState & { readonly rebuild: Rebuild } {
    const { rebuild } = this.#state;
    if (rebuild === undefined) throw new TypeError("The rebuild has been released.");
    return { ...this.#state, rebuild };
  }

  /**
   * Writes a change, and extends the lease.
   *
   * @throws {RainhooksError} `write-conflict` if another process has taken the rebuild over.
   */
  save({ rebuild, ...slots }: Change): Promise<void> {
    const saved = this.#saving.then(async () => {
      if (this.#lost !== undefined) throw this.#lost;
      const nowMs = this.#dependencies.nowMs();
      const lease = {
        runner: this.runner,
        leaseUntilMs: nowMs + REBUILD_LEASE_MS,
        updatedAtMs: nowMs,
      };
      const changed = {
        ...this.#state,
        ...slots,
        rebuild: { ...this.state.rebuild, ...rebuild, ...lease },
      };
      await this.#write(changed);
    });
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  /** Ends the work of this process. If that cannot be written, the lease ends by itself. */
  async release(): Promise<void> {
    await this.#end({ ...this.state.rebuild, runner: undefined, leaseUntilMs: undefined }).catch(
      () => undefined,
    );
  }

  /** Ends the rebuild: the store has none any more. */
  async finish(): Promise<void> {
    await this.#end(undefined);
  }

  async #end(rebuild: Rebuild | undefined): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
    if (this.#lost === undefined) await this.#write({ ...this.#state, rebuild });
  }

  async #write(state: StoreState): Promise<void> {
    try {
      this.#state = await saveState(this.#dependencies.slots, state);
    } catch (error) {
      if (error instanceof RainhooksError && error.code === "write-conflict") this.#lost = error;
      throw error;
    }
  }
}
