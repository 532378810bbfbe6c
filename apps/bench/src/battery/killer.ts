import { setTimeout as pause } from "node:timers/promises";
import type { Chance, Stage } from "@rainhooks/local-aws";

const LOOK_EVERY_MS = 5;
/** Time in which a function should be working. */
const MAX_WAIT_MS = 10_000;

/** Kills processes of functions in the middle of a batch. */
export class Killer {
  readonly #stage: Stage;
  readonly #chance: Chance;
  readonly #running = new Set<Promise<void>>();
  /** Kills that were asked for, and those that are done. */
  started = 0;
  kills = 0;

  constructor(stage: Stage, chance: Chance) {
    this.#stage = stage;
    this.#chance = chance;
  }

  /** Kills the process of a function as soon as one works. */
  kill(): void {
    this.started += 1;
    const run: Promise<void> = this.#killOne().finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Waits until all kills are done. */
  async done(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #killOne(): Promise<void> {
    for (let waitedMs = 0; waitedMs < MAX_WAIT_MS; waitedMs += LOOK_EVERY_MS) {
      const pids = this.#stage.busyPids();
      if (pids.length > 0) {
        process.kill(this.#chance.pick(pids), "SIGKILL");
        this.kills += 1;
        return;
      }
      await pause(LOOK_EVERY_MS);
    }
  }
}
