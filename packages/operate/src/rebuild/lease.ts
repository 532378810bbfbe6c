import { randomUUID } from "node:crypto";
import { RainhooksError } from "@rainhooks/core";
import type { SlotTable, StoreSlots } from "@rainhooks/dynamodb";
import { REBUILD_LEASE_MS, type Rebuild, readState, type StoreState, saveState } from "./state.ts";

/** The slots of a store, and who works on them. */
export interface LeaseParts {
  /** Read and written with a client that does not follow slots. */
  readonly slots: SlotTable;
  readonly store: string;
  readonly nowMs: () => number;
}

/** What of a state a process changes. */
type Change = Partial<StoreSlots> & { readonly rebuild?: Partial<Rebuild> };

/** The rebuild of a store in the hands of one process: no other can change it until the process has released it, or has died. */
export class RebuildLease {
  readonly #parts: LeaseParts;
  readonly #runner = randomUUID();
  #state: StoreState;
  #saving: Promise<unknown> = Promise.resolve();
  #lost: unknown;
  #timer: NodeJS.Timeout | undefined;

  private constructor(parts: LeaseParts, state: StoreState) {
    this.#parts = parts;
    this.#state = state;
  }

  /**
   * Takes a rebuild over, or begins one.
   *
   * @param begin Returns a rebuild to begin with, from the state that was read; it may throw if that does not allow it.
   * @throws {RainhooksError} `write-conflict` if another process runs it.
   */
  static async take(
    parts: LeaseParts,
    begin: (state: StoreState) => Rebuild | Promise<Rebuild>,
  ): Promise<RebuildLease> {
    const state = await readState(parts.slots, parts.store);
    if ((state.rebuild?.leaseUntilMs ?? 0) > parts.nowMs())
      throw new RainhooksError(
        "write-conflict",
        `Another process works on the rebuild of ${parts.store}. If it was stopped, try again in ${REBUILD_LEASE_MS / 1000} seconds.`,
      );
    const lease = new RebuildLease(parts, { ...state, rebuild: await begin(state) });
    await lease.save({});
    lease.#timer = setInterval(() => void lease.save({}).catch(() => undefined), REBUILD_LEASE_MS / 3);
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
      const nowMs = this.#parts.nowMs();
      const lease = { runner: this.#runner, leaseUntilMs: nowMs + REBUILD_LEASE_MS, updatedAtMs: nowMs };
      const changed = { ...this.#state, ...slots, rebuild: { ...this.state.rebuild, ...rebuild, ...lease } };
      await this.#write(changed);
    });
    this.#saving = saved.catch(() => undefined);
    return saved;
  }

  /** Ends the work of this process. With `isDone`, the store has no rebuild any more. */
  async release({ isDone = false }: { readonly isDone?: boolean } = {}): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
    if (this.#lost !== undefined) return;
    const rebuild = { ...this.state.rebuild, runner: undefined, leaseUntilMs: undefined };
    await this.#write({ ...this.#state, rebuild: isDone ? undefined : rebuild });
  }

  async #write(state: StoreState): Promise<void> {
    try {
      this.#state = await saveState(this.#parts.slots, state);
    } catch (error) {
      if (error instanceof RainhooksError && error.code === "write-conflict") this.#lost = error;
      throw error;
    }
  }
}
