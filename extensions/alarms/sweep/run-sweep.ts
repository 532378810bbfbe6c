import { defined } from "@rainhooks/core/collections";
import { inForceSinceMs } from "../rules/needs.ts";
import { readWatchRules, type WatchRules } from "../rules/rule-store.ts";
import { SweepMemory } from "./memory.ts";
import { evaluateOutagesDue } from "./outages.ts";
import { makePasses } from "./passes.ts";
import { AlarmSender, type SendAlarmEvents } from "./sender.ts";
import { readStores, type StoreProgress, type SweptStores } from "./stores.ts";
import type { SweepStart, SweepTables } from "./sweep.ts";
import { type SweepState, sweepState, sweptMsOf, type Waits } from "./sweep-state.ts";

/** Options of {@link runSweep}. */
export interface SweepOptions extends SweepTables {
  readonly send: SendAlarmEvents;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** How far the stores have come. @defaultValue everything is written */
  readonly stores?: SweptStores;
  /**
   * Returns whether there is time for more. What is left is done by the next sweep. @defaultValue there is
   */
  readonly hasTime?: () => boolean;
  /** Number of nodes and series after which it is stored and sent what was found. @defaultValue 200 */
  readonly pieceSize?: number;
  /** What earlier sweeps of the same process have evaluated. @defaultValue nothing is remembered */
  readonly memory?: SweepMemory;
}

const PIECE_SIZE = 200;

/** What a sweep has done. */
export interface SweepReport {
  /** Nodes and series that were evaluated. */
  readonly evaluated: number;
  /** Alarms that were written. */
  readonly changed: number;
  /** Events that were sent. */
  readonly sent: number;
  /** Which alarms were not evaluated, and since when. */
  readonly waits?: Waits | undefined;
  /** What was left out, and why. */
  readonly problem?: string | undefined;
  /** How far the evaluation is behind, milliseconds: 0 if everything was evaluated. */
  readonly behindMs: number;
}

const NOTHING = { evaluated: 0, changed: 0, sent: 0, behindMs: 0 };

/**
 * Finds what has become an alarm, or is none any more, since the last sweep, and sends events about it: as of
 * the time up to which the stores have written everything. Running it twice or late does no harm; of two at
 * the same time, both may tell ten alarms or more, in events with different ids, so a lease keeps them apart.
 * Wherever it ends, the next one goes on there.
 *
 * @throws the first thing that has failed, after everything else was done: it is tried again by the next
 * sweep.
 */
export async function runSweep(options: SweepOptions): Promise<SweepReport> {
  const { send, nowMs, stores, memory = new SweepMemory(), ...others } = options;
  const { hasTime = () => true, pieceSize = PIECE_SIZE, ...tables } = others;
  const rules = await readWatchRules(tables.rules);
  if (rules.rules.length === 0) return NOTHING;
  const before = (await sweepState.read(tables.alarms)) ?? { passes: {} };
  const known: StoreProgress =
    stores === undefined
      ? { states: {}, knownMs: nowMs, doAllWait: false, doSeriesWait: false }
      : await readStores(tables.alarms, storesOf(stores, rules), before, nowMs);
  const { waits, states, knownMs, doSeriesWait } = known;
  if (known.doAllWait) {
    const state = { ...before, stores: states, waits, waitingSinceMs: waits?.sinceMs };
    await sweepState.write(tables.alarms, state);
    return { ...NOTHING, ...defined({ waits }), behindMs: behindMs(rules, state, nowMs) };
  }
  const start: SweepStart = { tables, rules, nowMs: knownMs, doSeriesWait };
  const sender = await AlarmSender.start(start, send);
  const { written, problem, ...outages } = await evaluateOutagesDue(start, { hasTime, pieceSize });
  await sender.send(written);
  const write = async (passes: SweepState["passes"]) => {
    await sweepState.write(tables.alarms, { passes, stores: states, waits });
  };
  const work = { sender, memory, hasTime, pieceSize, write };
  const made = await makePasses({ ...start, ...outages }, before.passes, work);
  const [failure] = [...sender.failures, ...made.failures];
  if (failure !== undefined) throw failure;
  return {
    evaluated: made.evaluated,
    changed: written.length + made.changed,
    sent: sender.sent,
    ...defined({ problem, waits }),
    behindMs: behindMs(rules, { passes: made.passes, waits }, nowMs),
  };
}

function storesOf({ nodes, series }: SweptStores, { rules }: WatchRules): SweptStores {
  const isRead = rules.some(({ states }) => states.some(({ rule }) => "series" in rule));
  return isRead ? { nodes, series } : { nodes };
}

/**
 * Returns how far the last sweep was behind that has left its state, milliseconds: 0 if there are no rules.
 *
 * @throws what has failed if that cannot be read.
 */
export async function readBehindMs({ rules, alarms }: SweepTables, nowMs: number): Promise<number> {
  return behindMs(await readWatchRules(rules), (await sweepState.read(alarms)) ?? { passes: {} }, nowMs);
}

/** While no rule was in force, nothing was behind. */
function behindMs({ rules }: WatchRules, state: SweepState, nowMs: number): number {
  const sinceMs = Math.min(sweptMsOf(state) ?? nowMs, state.waits?.sinceMs ?? nowMs);
  return Math.max(0, nowMs - Math.max(sinceMs, inForceSinceMs(rules, nowMs)));
}
