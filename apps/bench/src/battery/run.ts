import { setTimeout as pause } from "node:timers/promises";
import { queryApi } from "@rainhooks/app-query-api/api";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { bundleDir } from "@rainhooks/app-webhook-list/bundles";
import { chunk, DAY_MS, SECOND_MS } from "@rainhooks/core";
import { settle, waitingRecords } from "@rainhooks/fleet";
import {
  chanceOf,
  faultyServices,
  publish,
  RUNTIME_PATH,
  type Stage,
  startStage,
  stopInTurn,
  withShortWaits,
} from "@rainhooks/local-aws";
import type { Webhook } from "@rainhooks/webhook/define";
import { Killer } from "./killer.ts";
import { checkLetters, type LetterCheck } from "./letters.ts";
import { type BatterySize, messagesOf, partCount } from "./messages.ts";
import { rebuildAll } from "./rebuilt.ts";
import { replayIntoEmpty } from "./replayed.ts";
import { changeRules, writeFirstRules } from "./rules.ts";
import { type BatteryState, readState, writeState } from "./state.ts";
import { type Verified, verifyAll } from "./verified.ts";

/** Options of a battery. */
export interface BatteryOptions extends Omit<BatterySize, "baseMs"> {
  readonly dataDir: string;
  /** Timeout of the functions: records of a process that was killed come back after six times that. */
  readonly timeoutS: number;
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
  /** Lets SNS write to Firehose itself, in place of the archive's function. */
  readonly firehose: boolean;
  /** Rebuilds the tables afterwards, compares them with the old ones, and verifies once more. */
  readonly rebuild: boolean;
  /** Wipes the tables in the end, fills them again by replays, and verifies once more. */
  readonly replay: boolean;
  /** Returns the folder with a function's bundle. @defaultValue the bundles that are deployed */
  readonly bundles?: ((name: string) => string | Promise<string>) | undefined;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

/** The result of a battery. */
export interface BatteryResult {
  readonly state: BatteryState;
  readonly letters: readonly LetterCheck[];
  readonly verified: readonly Verified[];
  /** The same after the tables were rebuilt, and after they were wiped and filled by replays. */
  readonly again: readonly Verified[];
  /** Records that were still waiting when nothing moved any more. */
  readonly waiting: number;
}

/** The webhooks that a battery runs. */
export const BATTERY_WEBHOOKS = ["archive", "node-status", "time-series"];
/** Records in all queues above which publishing waits. */
const MAX_WAITING = 6000;
const MESSAGES_AT_ONCE = 500;
const STALL_MS = 300 * SECOND_MS;

/** Runs a battery, or goes on with the one of the data folder; `undefined` when it was interrupted. */
export async function runBattery(options: BatteryOptions): Promise<BatteryResult | undefined> {
  const { dataDir, seed, faults, signal, print } = options;
  const startedMs = performance.now();
  const before = await readState(dataDir, options);
  const faulty = faultyServices(faults, seed + (before?.runs ?? 0));
  const stage = await startBatteryStage(options, faulty.endpointOf);
  try {
    const state = before ?? newState(options);
    if (before === undefined) await writeFirstRules(stage, state.changeAtMs);
    const run = new Run(stage, options, state);
    // Before the first event, so that a battery that is killed goes on with the same rules.
    await run.save(0);
    await run.publishAll();
    await run.save((performance.now() - startedMs) / SECOND_MS, faulty.report());
    if (signal.aborted) return undefined;
    print("All is published. Waiting until it is handled.");
    await settle(stage, { stallMs: STALL_MS, onWaiting: () => undefined });
    const waiting = await waitingRecords(stage);
    print("Comparing.");
    const verified = await verifyAll(dataDir);
    const letters = await checkLetters(stage);
    const again = [
      ...(options.rebuild ? await rebuildAll(stage, dataDir, print) : []),
      ...(options.replay ? await replayIntoEmpty(stage, dataDir, print) : []),
    ];
    await run.save((performance.now() - startedMs) / SECOND_MS, faulty.report());
    return { state: run.state, letters, verified, again, waiting };
  } finally {
    await stopInTurn([stage.stop, () => faulty.stop()]);
  }
}

function newState({ seed, events, nodes, firstChangeMs }: BatteryOptions): BatteryState {
  const baseMs = Math.floor(Date.now() / DAY_MS) * DAY_MS - 10 * DAY_MS;
  const counts = { parts: 0, published: 0, kills: 0, ruleChanges: 0, runs: 0, seconds: 0 };
  return { seed, events, nodes, baseMs, changeAtMs: Date.now() + firstChangeMs, ...counts, faults: [] };
}

function startBatteryStage(
  { dataDir, print, timeoutS, firehose, bundles = bundleDir }: BatteryOptions,
  functionEndpoint: (name: string, endpoint: string) => Promise<string>,
): Promise<Stage> {
  let problems = 0;
  const webhooks = SHIPPED.filter(({ name }) => BATTERY_WEBHOOKS.includes(name)).map((webhook) =>
    withTimeout(webhook, timeoutS),
  );
  const isByFirehose = ({ name }: Webhook) => firehose && name === "archive";
  return startStage({
    name: "local",
    webhooks: webhooks.filter((webhook) => !isByFirehose(webhook)),
    byFirehose: webhooks.filter(isByFirehose),
    workers: [],
    scheduled: [],
    api: queryApi,
    dataDir,
    port: 0,
    queryPort: 0,
    endpoint: undefined,
    bundleDir: bundles,
    runtimePath: RUNTIME_PATH,
    functionEndpoint,
    freezes: true,
    // Faults and kills make many of them.
    onProblem: (text) => {
      problems += 1;
      if (problems % 1000 === 0) print(`${problems} problems so far, such as: ${text.slice(0, 200)}`);
    },
  });
}

function withTimeout(webhook: Webhook, timeoutS: number): Webhook {
  const short = withShortWaits(webhook);
  return {
    ...short,
    function: { ...short.function, timeoutS },
    queue: { ...short.queue, visibilityTimeoutS: 6 * timeoutS + short.batch.windowS },
  };
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
  state: BatteryState;

  constructor(stage: Stage, options: BatteryOptions, state: BatteryState) {
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
      await this.save(0);
    }
    await this.#killer.done();
  }

  async save(seconds: number, faults?: string): Promise<void> {
    this.state = {
      ...this.#before,
      parts: this.#parts,
      published: this.#published,
      kills: this.#before.kills + this.#killer.kills,
      ruleChanges: this.#ruleChanges,
      runs: this.#before.runs + 1,
      seconds: this.#before.seconds + seconds,
      faults: faults === undefined ? this.#before.faults : [...this.#before.faults, faults],
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
      await this.#waitForStage();
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

  async #waitForStage(): Promise<void> {
    while ((await waitingRecords(this.#stage)) > MAX_WAITING && !this.#options.signal.aborted)
      await pause(200);
  }
}
