import { randomUUID } from "node:crypto";
import { SECOND_MS } from "@rainhooks/core/durations";
import { RainhooksError } from "@rainhooks/core/errors";
import type { SlotTable } from "@rainhooks/dynamodb/slots/read";
import type { StoreSlots } from "@rainhooks/dynamodb/slots/slot";
import { REBUILD_LEASE_MS, type Rebuild, readState, type StoreState, saveState } from "./rebuild-state.ts";

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
 * The rebuild of a store in the hands of one process: no other can change it until the process has released
 * it, or has died.
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
   * @param begin Returns a rebuild to begin with, from the state that was read; it may throw if that does not
   * allow it.
   * @throws {RainhooksError} `write-conflict` if another process runs it.
   */
  static async take(
    dependencies: LeaseDependencies,
    begin: (state: StoreState) => Rebuild | Promise<Rebuild>,
  ): Promise<RebuildLease> {
    const state = await readState(dependencies.slots, dependencies.store);
    const freeMs = (state.rebuild?.leaseUntilMs ?? Number.NEGATIVE_INFINITY) + dependencies.clockMarginMs;
    const leftMs = freeMs - dependencies.nowMs();
    if (leftMs > 0)
      throw new RainhooksError(
        "write-conflict",
        `Another process works on the rebuild of ${dependencies.store}. If it was stopped, try again in ${Math.ceil(leftMs / SECOND_MS)} seconds.`,
      );
    const lease = new RebuildLease(dependencies, { ...state, rebuild: await begin(state) });
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
      const nowMs = this.#dependencies.nowMs();
      const lease = { runner: this.runner, leaseUntilMs: nowMs + REBUILD_LEASE_MS, updatedAtMs: nowMs };
      const changed = { ...this.#state, ...slots, rebuild: { ...this.state.rebuild, ...rebuild, ...lease } };
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
