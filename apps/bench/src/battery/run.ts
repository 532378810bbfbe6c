import { setTimeout as pause } from "node:timers/promises";
import { chunk, DAY_MS, SECOND_MS } from "@rainhooks/core";
import { type FilterRule, systemKey, writeRules } from "@rainhooks/filter";
import { chanceOf, faultyServices, publish, type Stage, stopInTurn } from "@rainhooks/local-aws";
import { deployedName } from "@rainhooks/webhook/define";
import { Killer } from "./killer.ts";
import { checkLetters, type LetterCheck } from "./letters.ts";
import type { LoadOptions } from "./load.ts";
import { type BatterySize, messagesOf, partCount } from "./messages.ts";
import { rebuildAll } from "./rebuilt.ts";
import { replayIntoEmpty } from "./replayed.ts";
import { type BatteryStageOptions, startBatteryStage, startServices } from "./stage.ts";
import { untilHandled, waitForStage } from "./stage-waits.ts";
import { type BatteryState, type Phase, readState, writeState } from "./state.ts";
import { rebuildUnderLoad, type UnderLoad } from "./under-load.ts";
import { type Verified, verifyAll } from "./verified.ts";

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
   * Share of the rate of before at which events go on while the tables are rebuilt; the process that rebuilds is then killed at five moments, and a
   * reader asks all the time.
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
  readonly verified: readonly Verified[];
  /** The same after the tables were rebuilt, and after they were wiped and filled by replays. */
  readonly again: readonly Verified[];
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
  const services = await startServices(dataDir);
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
  const again: Verified[] = [];
  const underLoad = await run.timed("rebuilding", async () => {
    if (options.load !== undefined)
      return rebuildUnderLoad(stage, dataDir, loadOf(options, run.state), print);
    if (options.rebuild) again.push(...(await rebuildAll(stage, dataDir, print)));
    return undefined;
  });
  again.push(...(underLoad?.verified ?? []));
  // Before replays, which add dead letters of their own.
  const letters = await checkLetters(stage);
  if (options.replay)
    again.push(...(await run.timed("replaying", () => replayIntoEmpty(stage, dataDir, print))));
  return { state: run.state, letters, verified, again, underLoad, waiting };
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
  #parts: number;
  #published: number;
  #ruleChanges: number;
  readonly #faults: () => string;
  #seconds: BatteryState["seconds"];
  state: BatteryState;

  /** @param faults Describes the faults of this run. */
  constructor(stage: Stage, options: BatteryOptions, state: BatteryState, faults: () => string) {
    this.#faults = faults;
    this.#seconds = state.seconds;
    this.#stage = stage;
    this.#options = options;
    this.#killer = new Killer(stage, chanceOf(options.seed + state.runs));
    this.#before = state;
    this.#parts = state.parts;
    this.#published = state.published;
    this.#ruleChanges = state.ruleChanges;
    this.state = state;
  }

  async publishAll(): Promise<void> {
    const parts = partCount(this.#options);
    for (; this.#parts < parts; this.#parts += 1) {
      await this.#publishPart(this.#parts);
      if (this.#options.signal.aborted) break;
      await this.save();
    }
    await this.#killer.done();
  }

  /** Does one thing of a battery, and saves how long it took. */
  async timed<T>(what: Phase, work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    const seconds = (performance.now() - startedMs) / SECOND_MS;
    this.#seconds = { ...this.#seconds, [what]: (this.#seconds[what] ?? 0) + seconds };
    await this.save();
    return result;
  }

  async save(): Promise<void> {
    this.state = {
      ...this.#before,
      parts: this.#parts,
      published: this.#published,
      kills: this.#before.kills + this.#killer.kills,
      ruleChanges: this.#ruleChanges,
      runs: this.#before.runs + 1,
      seconds: this.#seconds,
      faults: [...this.#before.faults, this.#faults()],
    };
    await writeState(this.#options.dataDir, this.state);
  }

  async #publishPart(part: number): Promise<void> {
    const { clients, provisioned } = this.#stage;
    const { signal, undecodable, events, kills, ruleChanges, print } = this.#options;
    const messages = messagesOf({ ...this.#options, baseMs: this.#before.baseMs }, part, undecodable);
    const whole = partCount(this.#options);
    let done = 0;
    for (const some of chunk(messages, MESSAGES_AT_ONCE)) {
      await waitForStage(this.#stage, signal);
      if (signal.aborted) return;
      await publish(clients.sns, provisioned.topics, some, () => undefined);
      done += some.length;
      this.#published += some.length;
      // Of all messages.
      const share = (part + done / messages.length) / whole;
      this.#killUpTo(Math.min(kills, Math.floor(share * (kills + 1))));
      if (this.#ruleChanges < Math.min(ruleChanges, Math.floor(share * (ruleChanges + 1)))) {
        await changeRules(this.#stage, this.#ruleChanges);
        this.#ruleChanges += 1;
      }
      if (share >= 0.5) await this.#waitForFirstChange();
    }
    print(
      `${this.#published.toLocaleString("en-US")} messages of ${events.toLocaleString("en-US")} events published`,
    );
  }

  #killUpTo(count: number): void {
    while (this.#before.kills + this.#killer.started < count) this.#killer.kill();
  }

  /** Half of the messages are published before the rules change, and half after it. */
  async #waitForFirstChange(): Promise<void> {
    const leftMs = this.#before.changeAtMs - Date.now();
    if (leftMs > 0) await pause(leftMs);
  }
}

const OTA = systemKey("rmaker.event.user_node_ota");
const ALERT = systemKey("rmaker.event.alert");
const CONNECTED = {
  level: "node",
  entityId: "node0000003",
  eventType: "rmaker.event.node_connected",
} as const;
const CONFIG = { level: "user", entityId: "user7", eventType: "rmaker.event.node_config_changed" } as const;
const off = { enabled: false, integrations: [] };

/** Rules of a battery: those of the start, and what changes in the middle. */
const FIRST: readonly FilterRule[] = [
  { ...OTA, ...off },
  { ...CONNECTED, ...off },
];
const THEN: readonly FilterRule[] = [
  { ...ALERT, ...off },
  { ...CONFIG, ...off },
];

/**
 * Writes the rules, before a function has read any: those of the start, and changes that begin to hold at a time.
 *
 * @param changeAtMs Epoch milliseconds.
 */
async function writeFirstRules(stage: Stage, changeAtMs: number): Promise<void> {
  const table = tableOf(stage);
  await writeRules(table, FIRST, [], { fromMs: 0 });
  await writeRules(table, THEN, [CONNECTED], { fromMs: changeAtMs });
}

/** Changes rules while the stage runs: back to what they were. Returns when the change holds, epoch milliseconds. */
function changeRules(stage: Stage, round: number): Promise<number> {
  const integrations = [stage.integration];
  const on = THEN.map((rule) => ({ ...rule, enabled: true, integrations }));
  return writeRules(tableOf(stage), round % 2 === 0 ? on : THEN, []);
}

function tableOf({ clients, name }: Stage) {
  return { client: clients.dynamodb, tableName: deployedName(name, "filter-rules") };
}
