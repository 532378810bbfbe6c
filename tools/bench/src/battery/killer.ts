import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "@rainhooks/local/aws/chance";
import type { Stage } from "@rainhooks/local/aws/stage/stage";

const LOOK_EVERY_MS = 5;
/** Time in which a function should be working. */
const MAX_WAIT_MS = 10_000;

/**
 * Kills processes of functions: every other one in the middle of a batch, and the others just after
 * one.
 */
export class Killer {
  readonly #stage: Stage;
  readonly #chance: Chance;
  readonly #running: Promise<void>[] = [];
  /** Kills that were asked for, and those that are done. */
  started = 0;
  kills = 0;

  constructor(stage: Stage, chance: Chance) {
    this.#stage = stage;
    this.#chance = chance;
  }

  /** Kills the process of a function as soon as one works, or as soon as its response is there. */
  kill(): void {
    this.started += 1;
    const victim = this.started % 2 === 1 ? this.#workingPid() : this.#donePid();
    this.#running.push(victim.then((pid) => this.#killOne(pid)));
  }

  /** Waits until all kills are done. */
  async done(): Promise<void> {
    await Promise.all(this.#running);
  }

  #killOne(pid: number | undefined): void {
    if (pid === undefined) return;
    try {
      process.kill(pid, "SIGKILL");
      this.kills += 1;
    } catch {
      // Another kill was quicker.
    }
  }

  async #workingPid(): Promise<number | undefined> {
    for (let waitedMs = 0; waitedMs < MAX_WAIT_MS; waitedMs += LOOK_EVERY_MS) {
      const pids = this.#stage.busyPids();
      if (pids.length > 0) return this.#chance.pick(pids);
      await pause(LOOK_EVERY_MS);
    }
    return undefined;
  }

  /** What a function does after its response may never happen: Lambda stops its process. */
  async #donePid(): Promise<number | undefined> {
    const pid = await this.#workingPid();
    if (pid === undefined) return undefined;
    for (let waitedMs = 0; waitedMs < MAX_WAIT_MS; waitedMs += 1) {
      if (!this.#stage.busyPids().includes(pid)) return pid;
      await pause(1);
    }
    return pid;
  }
}
