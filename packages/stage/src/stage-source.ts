import type { RainhooksError } from "@rainhooks/core/errors";
import { explainFailure } from "./aws-failure.ts";
import type { StageAccess } from "./stage-access.ts";

/** Finds the stage. */
export type Reach = () => Promise<StageAccess>;

/**
 * The stage that a process shows for long. It is reached when it is first needed, and again after a
 * failure that can mean that it has gone or was started again.
 */
export class StageSource {
  readonly #reach: Reach;
  #access: Promise<StageAccess> | undefined;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  /** @throws {RainhooksError} `stage-unavailable` when there is none. */
  async get(): Promise<StageAccess> {
    this.#access ??= this.#reach();
    const found = this.#access;
    try {
      return await found;
    } catch (error) {
      this.forget(found);
      throw error;
    }
  }

  /**
   * Looks whether the stage is still there. One of this machine may have been stopped while a query
   * waits for its response.
   *
   * @throws {RainhooksError} `stage-unavailable` when it is not.
   */
  async look(): Promise<StageAccess> {
    const known = await this.get();
    if (known.local === undefined) return known;
    const found = await this.#reach();
    if (isSame(known, found)) return known;
    this.#access = Promise.resolve(found);
    return found;
  }

  /** Turns a failure into an error for people, and forgets the stage if it may have gone. */
  readonly explain = (thrown: unknown): RainhooksError | undefined => {
    const error = explainFailure(thrown);
    if (error?.code === "stage-unavailable") this.forget(this.#access);
    return error;
  };

  /** Forgets the stage, unless another one was reached meanwhile. */
  private forget(access: Promise<StageAccess> | undefined): void {
    if (this.#access === access) this.#access = undefined;
  }
}

/** True if a stage has not been started again. */
function isSame({ local: one }: StageAccess, { local: other }: StageAccess): boolean {
  return one?.file.pid === other?.file.pid && one?.file.endpoint === other?.file.endpoint;
}
