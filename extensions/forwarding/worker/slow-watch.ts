import { MINUTE_MS } from "@rainhooks/core/durations";
import { toRainhooksError } from "@rainhooks/core/errors";
import type { DestinationHealth } from "../health/health.ts";
import { reportHealth } from "../health/report.ts";
import type { AttemptWorkerOptions } from "./worker-options.ts";

/** How long a destination counts as slow after a slow response. */
export const SLOW_FOR_MS = MINUTE_MS;

/** A destination that is watched for slow responses, and its health when a batch begins. */
interface Watched {
  readonly id: string;
  readonly health: DestinationHealth;
}

/**
 * Watches how long a destination takes. It stores that the destination is slow while there is still no
 * response. Otherwise each further batch with one of its events would also be delayed for the maximum time of
 * an attempt, with the events of all other destinations in it.
 */
export class SlowWatch {
  isSlow = false;
  readonly #watched: Watched;
  readonly #options: AttemptWorkerOptions;
  #noted: Promise<void> = Promise.resolve();

  constructor(watched: Watched, options: AttemptWorkerOptions) {
    this.#watched = watched;
    this.#options = options;
  }

  /** Returns what the attempt returns. */
  async during<Result>(attempt: Promise<Result>): Promise<Result> {
    const timer = setTimeout(() => this.noteSlow(), this.#options.limits.slowMs);
    return attempt.finally(() => clearTimeout(timer));
  }

  noteSlow(): void {
    const { health } = this.#watched;
    const nowMs = this.#options.nowMs();
    if (!this.isSlow && health.slowUntilMs <= nowMs) this.#noted = this.#note(nowMs);
    this.isSlow = true;
  }

  /** Waits until the write of the slow state has ended. */
  async settled(): Promise<void> {
    await this.#noted;
  }

  async #note(nowMs: number): Promise<void> {
    const { store, warn } = this.#options;
    const { id } = this.#watched;
    const report = { delivered: 0, failed: 0, waiting: 0, slowUntilMs: nowMs + SLOW_FOR_MS };
    try {
      await reportHealth(store, id, report, nowMs);
    } catch (thrown) {
      const error = toRainhooksError(thrown);
      warn("It could not be noted that a destination is slow", { destination: id, error });
    }
  }
}
