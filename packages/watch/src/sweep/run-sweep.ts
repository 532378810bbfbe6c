import { readWatchRules } from "../rules/rule-store.ts";
import { SweepMemory } from "./memory.ts";
import { evaluateOutagesDue } from "./outages/evaluate-due.ts";
import { outageState } from "./outages/outage-state.ts";
import { makePasses, passesOf } from "./passes.ts";
import { readBegun, sendDecided } from "./send-due.ts";
import type { SendAlarmEvents, Sweep, SweepCounts, SweepTables } from "./sweep-parts.ts";
import { type SweepState, sweepState, sweptMsOf } from "./sweep-state.ts";

/** Options of {@link runSweep}. */
export interface SweepOptions extends SweepTables {
  readonly send: SendAlarmEvents;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Returns why alarms cannot be evaluated now, such as events that have not arrived; `undefined` if they can. */
  readonly obstacle?: () => Promise<string | undefined>;
  /** Returns whether there is time for more. What is left is done by the next sweep. @defaultValue there is */
  readonly hasTime?: () => boolean;
  /** Number of nodes and series after which it is stored and sent what was found. @defaultValue 200 */
  readonly pieceSize?: number;
  /** What earlier sweeps of the same process have evaluated. @defaultValue nothing is remembered */
  readonly memory?: SweepMemory;
}

const PIECE_SIZE = 200;

/** What a sweep has done. */
export interface SweepReport extends SweepCounts {
  /** Why alarms were not evaluated. */
  readonly waits?: string | undefined;
  /** What was left out, and why. */
  readonly problem?: string | undefined;
  /** How far the evaluation is behind, milliseconds: 0 if everything was evaluated. */
  readonly behindMs: number;
}

/**
 * Finds what has become an alarm, or is none any more, since the last sweep, and sends events about it. Running it twice or late does no harm; of two at the
 * same time, both may tell ten alarms or more, in events with different ids. Wherever it ends, the next one goes on there.
 *
 * @throws the first thing that has failed, after everything else was done: it is tried again by the next sweep.
 */
export async function runSweep(options: SweepOptions): Promise<SweepReport> {
  const { send, nowMs, obstacle, memory = new SweepMemory(), ...others } = options;
  const { hasTime = () => true, pieceSize = PIECE_SIZE, ...tables } = others;
  const rules = await readWatchRules(tables.rules);
  const counts = { evaluated: 0, changed: 0, sent: 0 };
  if (rules.rules.length === 0) return { ...counts, behindMs: 0 };
  const before = (await sweepState.read(tables.alarms)) ?? { passes: {} };
  const waits = await obstacle?.();
  if (waits !== undefined) {
    const { waitingSinceMs = nowMs } = before;
    await sweepState.write(tables.alarms, { ...before, waitingSinceMs });
    return { ...counts, waits, behindMs: behindMs(before, nowMs) };
  }
  const sweep: Sweep = {
    tables,
    rules,
    nowMs,
    pieceSize,
    hasTime,
    send,
    memory,
    counts,
    state: { passes: {} },
    outages: [],
    toSend: new Map(),
    begun: [],
    sending: new Set(),
    sentMs: new Map(),
  };
  const passes = passesOf(sweep).map((pass) => [pass, before.passes[pass] ?? {}]);
  sweep.state = { passes: Object.fromEntries(passes) };
  await evaluateAll(sweep);
  if (sweep.failure !== undefined) throw sweep.failure;
  const { problem, state } = sweep;
  return { ...counts, ...(problem === undefined ? {} : { problem }), behindMs: behindMs(state, nowMs) };
}

async function evaluateAll(sweep: Sweep): Promise<void> {
  await readBegun(sweep);
  const outages = await evaluateOutagesDue(sweep);
  await sendDecided(sweep);
  const left = await makePasses(sweep, outages?.moved ?? []);
  if (outages !== undefined && !left.includes("changes"))
    await outageState.write(sweep.tables.alarms, outages.state);
  await sendDecided(sweep);
}

function behindMs(state: SweepState, nowMs: number): number {
  return Math.max(0, nowMs - (sweptMsOf(state) ?? nowMs));
}
