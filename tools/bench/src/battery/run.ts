import { setTimeout as pause } from "node:timers/promises";
import { chunk } from "@rainhooks/core/collections";
import { DAY_MS, SECOND_MS } from "@rainhooks/core/durations";
import { chanceOf } from "@rainhooks/local/aws/chance";
import { faultyServices } from "@rainhooks/local/aws/faults/services";
import { publish } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { stopInTurn } from "@rainhooks/local/aws/stop-in-turn";
import { startStageServices } from "../processes/services.ts";
import { Killer } from "./killer.ts";
import { checkLetters, type LetterCheck } from "./letters.ts";
import type { LoadOptions } from "./load.ts";
import { type BatterySize, messagesOf, partCount } from "./messages.ts";
import { rebuildAll, replayIntoEmpty } from "./refilled.ts";
import { changeRules, writeFirstRules } from "./rules.ts";
import { type BatteryStageOptions, startBatteryStage, untilHandled, waitForStage } from "./stage.ts";
import { type BatteryState, type Phase, readState, writeState } from "./state.ts";
import { rebuildUnderLoad, type UnderLoad } from "./under-load.ts";
import { type StoreVerification, verifyAll } from "./verified.ts";

/** Options of a battery. */
export interface BatteryOptions extends Omit<BatterySize, "baseMs">, BatteryStageOptions {
  /** Kills of processes of functions. */
  readonly kills: number;
  /** Share of the functions' calls to services that fail. */
  readonly faults: number;
  /** Share of messages that cannot be decoded. @defaultValue 0.001 */
  readonly undecodable?: number | undefined;
  /** How often rules change while the stage runs, besides the change that is written before. */
  readonly ruleChanges: number;
  /** When the change that is written before begins to hold, after the start. */
  readonly firstChangeMs: number;
  /** Rebuilds the tables afterwards, compares them with the old ones, and verifies once more. */
  readonly rebuild: boolean;
  /**
   * Share of the rate of before at which events go on while the tables are rebuilt; the process that rebuilds
   * is then killed at five moments, and a reader asks all the time.
   *
   * @defaultValue nothing is published
   */
  readonly load?: number | undefined;
  /** Wipes the tables in the end, fills them again by replays, and verifies once more. */
  readonly replay: boolean;
  readonly signal: AbortSignal;
}

/** The result of a battery. */
export interface BatteryResult {
  readonly state: BatteryState;
  readonly letters: readonly LetterCheck[];
  /**
   * In the end, and again after the tables were rebuilt, and after they were made anew and filled by replays.
   */
  readonly verified: readonly StoreVerification[];
  /** What was done while the tables were rebuilt, if events went on. */
  readonly underLoad: UnderLoad | undefined;
  /** Records that were still waiting when nothing moved any more. */
  readonly waiting: number;
}

const MESSAGES_AT_ONCE = 500;

/** Runs a battery, or goes on with the one of the data folder; `undefined` when it was interrupted. */
export async function runBattery(options: BatteryOptions): Promise<BatteryResult | undefined> {
  const { dataDir, seed, faults } = options;
  const before = await readState(dataDir, options);
  const faulty = faultyServices(faults, seed + (before?.runs ?? 0));
  const services = await startStageServices(dataDir);
  let stage: Stage | undefined;
  try {
    stage = await startBatteryStage(options, services, faulty.endpointOf);
    const state = before ?? newState(options);
    if (before === undefined) await writeFirstRules(stage, state.changeAtMs);
    const run = new Run(stage, options, state, faulty.report);
    return await runOn(stage, options, run);
  } finally {
    await stopInTurn([() => stage?.stop(), () => faulty.stop(), services.stop]);
  }
}

async function runOn(stage: Stage, options: BatteryOptions, run: Run): Promise<BatteryResult | undefined> {
  const { dataDir, signal, print } = options;
  // Before the first event, so that a battery that is killed goes on with the same rules.
  await run.save();
  await run.timed("publishing", () => run.publishAll());
  if (signal.aborted) return undefined;
  print("All is published. Waiting until it is handled.");
  const waiting = await run.timed("waiting", () => untilHandled(stage));
  print("Comparing.");
  const verified = await run.timed("verifying", () => verifyAll(dataDir));
  const underLoad = await run.timed("rebuilding", async () => {
    if (options.load !== undefined)
      return rebuildUnderLoad(stage, dataDir, loadOf(options, run.state), print);
    if (options.rebuild) verified.push(...(await rebuildAll(dataDir, print)));
    return undefined;
  });
  verified.push(...(underLoad?.verified ?? []));
  // Before replays, which add dead letters of their own.
  const letters = await checkLetters(stage);
  if (options.replay)
    verified.push(...(await run.timed("replaying", () => replayIntoEmpty(stage, dataDir, print))));
  return { state: run.state, letters, verified, underLoad, waiting };
}

function loadOf(
  { load = 0, ...size }: BatteryOptions,
  { baseMs, published, seconds }: BatteryState,
): LoadOptions {
  const rate = published / (seconds.publishing ?? Number.POSITIVE_INFINITY);
  return { ...size, baseMs, firstPart: partCount(size), perSecond: load * rate };
}

function newState({ seed, events, nodes, firstChangeMs }: BatteryOptions): BatteryState {
  const baseMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - 10 * DAY_MS;
  const counts = { parts: 0, published: 0, kills: 0, ruleChanges: 0, runs: 0, seconds: {} };
  return { seed, events, nodes, baseMs, changeAtMs: Date.now() + firstChangeMs, ...counts, faults: [] };
}

/** A battery while it runs. */
class Run {
  readonly #stage: Stage;
  readonly #options: BatteryOptions;
  readonly #killer: Killer;
  readonly #before: BatteryState;
  readonly #faults: () => string;
  state: BatteryState;

  /** @param faults Describes the faults of this run. */
  constructor(stage: Stage, options: BatteryOptions, before: BatteryState, faults: () => string) {
    this.#stage = stage;
    this.#options = options;
    this.#before = before;
    this.#faults = faults;
    this.#killer = new Killer(stage, chanceOf(options.seed + before.runs));
    this.state = { ...before, runs: before.runs + 1 };
  }

  async publishAll(): Promise<void> {
    for (const whole = partCount(this.#options); this.state.parts < whole; ) {
      await this.#publishPart(this.state.parts, whole);
      if (this.#options.signal.aborted) break;
      await this.save({ parts: this.state.parts + 1 });
    }
    await this.#killer.done();
  }

  /** Does one thing of a battery, and saves how long it took. */
  async timed<T>(what: Phase, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    const { seconds } = this.state;
    const taken = (performance.now() - startedMs) / SECOND_MS;
    await this.save({ seconds: { ...seconds, [what]: (seconds[what] ?? 0) + taken } });
    return result;
  }

  async save(changes: Partial<BatteryState> = {}): Promise<void> {
    const kills = this.#before.kills + this.#killer.kills;
    this.state = { ...this.state, ...changes, kills, faults: [...this.#before.faults, this.#faults()] };
    await writeState(this.#options.dataDir, this.state);
  }

  async #publishPart(part: number, whole: number): Promise<void> {
    const { clients, provisioned } = this.#stage;
    const { signal, undecodable, events, print } = this.#options;
    const messages = messagesOf({ ...this.#options, baseMs: this.state.baseMs }, part, undecodable);
    let done = 0;
    for (const some of chunk(messages, MESSAGES_AT_ONCE)) {
      await waitForStage(this.#stage, signal);
      if (signal.aborted) return;
      await publish(clients.sns, provisioned.topics, some, () => undefined);
      done += some.length;
      this.state = { ...this.state, published: this.state.published + some.length };
      await this.#disturb((part + done / messages.length) / whole);
    }
    const published = this.state.published.toLocaleString("en-US");
    print(`${published} messages of ${events.toLocaleString("en-US")} events published`);
  }

  /**
   * Kills functions, and changes rules. Half of the messages are published before the first change, and half
   * after it.
   *
   * @param share Of all messages, those that are published.
   */
  async #disturb(share: number): Promise<void> {
    const { kills, ruleChanges } = this.#options;
    const upTo = (count: number) => Math.min(count, Math.floor(share * (count + 1)));
    while (this.#before.kills + this.#killer.started < upTo(kills)) this.#killer.kill();
    if (this.state.ruleChanges < upTo(ruleChanges)) {
      await changeRules(this.#stage, this.state.ruleChanges);
      this.state = { ...this.state, ruleChanges: this.state.ruleChanges + 1 };
    }
    if (share >= 0.5) await pause(Math.max(0, this.state.changeAtMs - Date.now()));
  }
}
