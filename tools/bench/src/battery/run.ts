import { setTimeout as pause } from "node:timers/promises";
import { chunk } from "@rainhooks/core/collections";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { chanceOf } from "@rainhooks/local/aws/chance";
import { faultyServices } from "@rainhooks/local/aws/faults/faults";
import { publish } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { stopAll } from "@rainhooks/local/aws/stop-all";
import { startStageServices } from "../processes/services.ts";
import { checkDeadLetters, type DeadLetterCheck } from "./dead-letters.ts";
import { Killer } from "./killer.ts";
import type { LoadOptions } from "./load.ts";
import { type BatterySize, messagesOf, partCount } from "./messages.ts";
import { changeRules, writeFirstRules } from "./rules.ts";
import { type BatteryStageOptions, startBatteryStage, untilIdle, waitForStage } from "./stage.ts";
import { rebuildUnderLoad, type UnderLoad } from "./under-load.ts";
import { rebuildAll, type StoreVerification, verifyAll } from "./verify-stores.ts";

/** Options of a battery. */
export interface BatteryOptions extends Omit<BatterySize, "baseMs">, BatteryStageOptions {
  /** Kills of processes of functions. */
  readonly kills: number;
  /** Share of the functions' calls to services that fail. */
  readonly faults: number;
  /** How often rules change while the stage runs, besides the change that is written before. */
  readonly ruleChanges: number;
  /** When the change that is written before begins to hold, after the start. */
  readonly firstChangeMs: number;
  /** Rebuilds the tables afterwards, compares them with the old ones, and verifies once more. */
  readonly rebuild: boolean;
  /**
   * Share of the rate of before at which events go on while the tables are rebuilt; the process
   * that rebuilds is then killed at five moments, and a reader asks all the time.
   *
   * @defaultValue nothing is published
   */
  readonly load?: number | undefined;
  readonly signal: AbortSignal;
}

/** What a battery has done. */
export interface BatteryState {
  published: number;
  /** Changes of rules while the stage ran. */
  ruleChanges: number;
  /** Time that it took, by what it did. */
  readonly seconds: { [Name in "publishing" | "waiting" | "verifying" | "rebuilding"]?: number };
}

/** The result of a battery. */
export interface BatteryResult {
  readonly state: BatteryState;
  readonly kills: number;
  /** The faults, for people. */
  readonly faults: string;
  readonly letters: readonly DeadLetterCheck[];
  /** In the end, and again after the tables were rebuilt. */
  readonly verified: readonly StoreVerification[];
  /** What was done while the tables were rebuilt, if events went on. */
  readonly underLoad: UnderLoad | undefined;
  /** Records that were still waiting when nothing moved any more. */
  readonly waiting: number;
}

const MESSAGES_AT_ONCE = 500;

/** Runs a battery; `undefined` when it was interrupted. */
export async function runBattery(options: BatteryOptions): Promise<BatteryResult | undefined> {
  const faulty = faultyServices(options.faults, options.seed);
  const services = await startStageServices(options.dataDir);
  let stage: Stage | undefined;
  try {
    stage = await startBatteryStage(options, services, faulty.endpointOf);
    const result = await new Run(stage, options).result();
    return result === undefined ? undefined : { ...result, faults: faulty.report() };
  } finally {
    await stopAll([() => stage?.stop(), () => faulty.stop(), services.stop]);
  }
}

/** A battery while it runs. */
class Run {
  readonly #stage: Stage;
  readonly #options: BatteryOptions;
  readonly #killer: Killer;
  /** Time of the first event, and when the change of rules that is written before it holds. */
  readonly #baseMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - 10 * DAY_MS;
  readonly #changeAtMs: number;
  readonly #state: BatteryState = { published: 0, ruleChanges: 0, seconds: {} };

  constructor(stage: Stage, options: BatteryOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#killer = new Killer(stage, chanceOf(options.seed));
    this.#changeAtMs = Date.now() + options.firstChangeMs;
  }

  async result(): Promise<Omit<BatteryResult, "faults"> | undefined> {
    const { dataDir, signal, print, load, rebuild } = this.#options;
    await writeFirstRules(this.#stage, this.#changeAtMs);
    await this.#timed("publishing", () => this.#publishAll());
    if (signal.aborted) return undefined;
    print("All is published. Waiting until it is handled.");
    const waiting = await this.#timed("waiting", () => untilIdle(this.#stage));
    print("Comparing.");
    const verified = await this.#timed("verifying", () => verifyAll(dataDir));
    const underLoad = await this.#timed("rebuilding", async () => {
      if (load !== undefined)
        return rebuildUnderLoad(this.#stage, dataDir, this.#loadOf(load), print);
      if (rebuild) verified.push(...(await rebuildAll(dataDir, print)));
      return undefined;
    });
    verified.push(...(underLoad?.verified ?? []));
    const letters = await checkDeadLetters(this.#stage);
    return { state: this.#state, kills: this.#killer.kills, letters, verified, underLoad, waiting };
  }

  #loadOf(share: number): LoadOptions {
    const { published, seconds } = this.#state;
    const perSecond = (share * published) / (seconds.publishing ?? Number.POSITIVE_INFINITY);
    return {
      ...this.#options,
      baseMs: this.#baseMs,
      firstPart: partCount(this.#options),
      perSecond,
    };
  }

  /** Does one thing of a battery, and notes how long it took. */
  async #timed<T>(what: keyof BatteryState["seconds"], work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    this.#state.seconds[what] = (performance.now() - startedMs) / SECOND_MS;
    return result;
  }

  async #publishAll(): Promise<void> {
    const whole = partCount(this.#options);
    for (let part = 0; part < whole && !this.#options.signal.aborted; part += 1)
      await this.#publishPart(part, whole);
    await this.#killer.done();
  }

  async #publishPart(part: number, whole: number): Promise<void> {
    const { signal, events, print } = this.#options;
    const messages = messagesOf({ ...this.#options, baseMs: this.#baseMs }, part);
    let done = 0;
    for (const some of chunk(messages, MESSAGES_AT_ONCE)) {
      await waitForStage(this.#stage, signal);
      if (signal.aborted) return;
      await publish(this.#stage, some);
      done += some.length;
      this.#state.published += some.length;
      await this.#disturb((part + done / messages.length) / whole);
    }
    const published = this.#state.published.toLocaleString("en-US");
    print(`${published} messages of ${events.toLocaleString("en-US")} events published`);
  }

  /**
   * Kills functions, and changes rules. Half of the messages are published before the first change,
   * and half after it.
   *
   * @param share Of all messages, those that are published.
   */
  async #disturb(share: number): Promise<void> {
    const { kills, ruleChanges } = this.#options;
    const upTo = (count: number) => Math.min(count, Math.floor(share * (count + 1)));
    while (this.#killer.started < upTo(kills)) this.#killer.kill();
    if (this.#state.ruleChanges < upTo(ruleChanges)) {
      await changeRules(this.#stage, this.#state.ruleChanges);
      this.#state.ruleChanges += 1;
    }
    if (share >= 0.5) await pause(Math.max(0, this.#changeAtMs - Date.now()));
  }
}
