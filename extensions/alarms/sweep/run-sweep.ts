import { chunk, defined, mapLimited } from "@rainhooks/core/collections";
import { putPending } from "../alarms/due.ts";
import {
  inForceSinceMs,
  LOOK_BACK_MS,
  nodeVersions,
  readWatchRules,
  type WatchRules,
} from "../rules/rule-store.ts";
import type { SendAlarmEvents } from "./alarm-event.ts";
import { type Candidate, candidatesOf, OVERLAP_MS } from "./candidates.ts";
import { evaluateNode } from "./evaluate-node.ts";
import { evaluateOutagesDue } from "./outages.ts";
import { readStores, type StoreQueues } from "./progress.ts";
import { AlarmSender } from "./sender.ts";
import {
  PASSES,
  type Pass,
  type PassState,
  type Sweep,
  SweepMemory,
  type SweepStart,
  type SweepState,
  type SweepTables,
  sweepState,
  sweptMsOf,
  type Waits,
} from "./sweep-state.ts";

/** Options of {@link runSweep}. */
export interface SweepOptions extends SweepTables {
  readonly send: SendAlarmEvents;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** How far the stores have come. @defaultValue everything is written */
  readonly stores?: StoreQueues;
  /**
   * Returns whether there is time for more. What is left is done by the next sweep. @defaultValue
   * there is
   */
  readonly hasTime?: () => boolean;
  /**
   * Number of nodes and series after which it is stored and sent what was found. @defaultValue 200
   */
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
 * Finds what has become an alarm, or is none any more, since the last sweep, and sends events about
 * it: as of the time up to which the stores have written everything. Running it twice or late does
 * no harm; of two at the same time, both may tell ten alarms or more, in events with different ids,
 * so a lease keeps them apart. Wherever it ends, the next one goes on there.
 *
 * @throws the first thing that has failed, after everything else was done: it is tried again by the
 * next sweep.
 */
export async function runSweep(options: SweepOptions): Promise<SweepReport> {
  const { send, nowMs, stores = {}, memory = new SweepMemory(), ...others } = options;
  const { hasTime = () => true, pieceSize = PIECE_SIZE, ...tables } = others;
  const rules = await readWatchRules(tables.rules);
  if (rules.rules.length === 0) return NOTHING;
  const before = (await sweepState.read(tables.alarms)) ?? { passes: {} };
  const isAboutSeries = rules.rules.some(({ states }) =>
    states.some(({ rule }) => "series" in rule),
  );
  const { "time-series": _, ...ofNodes } = stores;
  const progress = await readStores(tables.alarms, isAboutSeries ? stores : ofNodes, before, nowMs);
  const { waits, states, knownMs, doSeriesWait } = progress;
  if (progress.doAllWait) {
    const state = { ...before, stores: states, waits, waitingSinceMs: waits?.sinceMs };
    await sweepState.write(tables.alarms, state);
    return { ...NOTHING, ...defined({ waits }), behindMs: behindMs(rules, state, nowMs) };
  }
  const start: SweepStart = {
    tables,
    rules,
    nowMs: knownMs,
    doSeriesWait,
    memory,
    hasTime,
    pieceSize,
  };
  const sender = await AlarmSender.start(start, send);
  const { written, problem, ...outages } = await evaluateOutagesDue(start);
  await sender.send(written);
  const { passes, evaluated, changed, failures } = await makePasses(
    { ...start, ...outages },
    sender,
    before.passes,
    (now) => sweepState.write(tables.alarms, { passes: now, stores: states, waits }),
  );
  const [failure] = [...sender.failures, ...failures];
  if (failure !== undefined) throw failure;
  return {
    evaluated,
    changed: written.length + changed,
    sent: sender.sent,
    ...defined({ problem, waits }),
    behindMs: behindMs(rules, { passes, waits }, nowMs),
  };
}

/**
 * Returns how far the last sweep was behind that has left its state, milliseconds: 0 if there are
 * no rules.
 *
 * @throws what has failed if that cannot be read.
 */
export async function readBehindMs({ rules, alarms }: SweepTables, nowMs: number): Promise<number> {
  return behindMs(
    await readWatchRules(rules),
    (await sweepState.read(alarms)) ?? { passes: {} },
    nowMs,
  );
}

/** While no rule was in force, nothing was behind. */
function behindMs({ rules }: WatchRules, state: SweepState, nowMs: number): number {
  const sinceMs = Math.min(sweptMsOf(state) ?? nowMs, state.waits?.sinceMs ?? nowMs);
  return Math.max(0, nowMs - Math.max(sinceMs, inForceSinceMs(rules, nowMs)));
}

const EVALUATIONS_AT_ONCE = 32;

/** What a piece of work has done. */
interface PieceDone {
  readonly evaluated: number;
  readonly changed: number;
  readonly failures: readonly unknown[];
}

/**
 * Sends what is due, and makes the passes of a sweep, the most severe first, until they have ended
 * or the time is over: one for changes, and one for each severity for which there are rules. Each
 * of them makes a piece at least, so that all make progress.
 *
 * @param before How far they had come.
 * @param write Notes how far they have come.
 */
async function makePasses(
  sweep: Sweep,
  sender: AlarmSender,
  before: SweepState["passes"],
  write: (passes: SweepState["passes"]) => Promise<void>,
): Promise<PieceDone & Pick<SweepState, "passes">> {
  const versions = nodeVersions(sweep.rules.rules, sweep.nowMs - LOOK_BACK_MS);
  const severities = new Set<Pass>(versions.map(({ rule }) => rule.severity));
  const needed = PASSES.filter((pass) => pass === "changes" || severities.has(pass));
  await sender.sendDue(
    needed.filter((pass) => pass !== "changes"),
    sweep.hasTime,
  );
  let passes = Object.fromEntries(needed.map((pass) => [pass, before[pass] ?? {}]));
  let evaluated = 0;
  let changed = 0;
  const failures: unknown[] = [];
  for (const pass of needed)
    for await (const piece of roundOf(sweep, sender, pass, before[pass] ?? {})) {
      evaluated += piece.evaluated;
      changed += piece.changed;
      failures.push(...piece.failures);
      passes = { ...passes, [pass]: piece.state };
      await write(passes);
      if (!sweep.hasTime()) break;
    }
  return { passes, evaluated, changed, failures };
}

/**
 * Makes a round of a pass: over its candidates in the order of their keys. What a piece has found
 * is stored and sent before the next one begins. A round for which there is not enough time is
 * continued by the next sweep where it is. What becomes a candidate meanwhile is in the next round,
 * which looks at what has happened since this one began.
 */
async function* roundOf(
  sweep: Sweep,
  sender: AlarmSender,
  pass: Pass,
  before: PassState,
): AsyncGenerator<PieceDone & { readonly state: PassState }> {
  const { nowMs, memory, pieceSize } = sweep;
  const {
    sweptMs,
    sinceMs = nowMs,
    round: { startedMs = nowMs, after: doneUpTo = "" } = {},
  } = before;
  const fromMs = sweptMs === undefined ? 0 : sweptMs - OVERLAP_MS;
  const candidates = await candidatesOf(sweep, pass, { sweptMs, sinceMs, fromMs });
  const left = candidates.filter(([key]) => key > doneUpTo);
  const pieces = left.length === 0 ? [[]] : chunk(left, pieceSize);
  for (const [index, piece] of pieces.entries()) {
    const done = await evaluatePiece(sweep, sender, pass, piece);
    const [after = ""] = piece.at(-1) ?? [];
    const isLast = index === pieces.length - 1;
    if (isLast) memory.forgetBefore(fromMs);
    const state = isLast
      ? { sinceMs, sweptMs: startedMs }
      : { ...before, sinceMs, round: { startedMs, after } };
    yield { ...done, state };
  }
}

/**
 * Evaluates candidates, many at once, and sends what they have to tell. One that fails, or that
 * waits for a store, does not keep the others from being evaluated: it is noted for the next sweep.
 */
async function evaluatePiece(
  sweep: Sweep,
  sender: AlarmSender,
  pass: Pass,
  piece: readonly (readonly [key: string, candidate: Candidate])[],
): Promise<PieceDone> {
  const { tables, nowMs, memory } = sweep;
  const failures: unknown[] = [];
  const each = await mapLimited(piece, EVALUATIONS_AT_ONCE, async ([, candidate]) => {
    const { known, isPending, groupAlarm } = candidate;
    try {
      if (sweep.doSeriesWait && candidate.series !== undefined) {
        if (isPending !== true) await putPending(tables.alarms, candidate, pass, nowMs);
        return [];
      }
      const evaluated = await evaluateNode(sweep, candidate);
      if (known !== undefined) memory.remember(known.key, known.atMs, nowMs);
      return [evaluated];
    } catch (error) {
      failures.push(error);
      if (groupAlarm === undefined) await putPending(tables.alarms, candidate, pass, nowMs);
      return [];
    }
  });
  const evaluated = each.flat();
  await sender.send(evaluated.flatMap(({ alarms }) => alarms));
  const changed = evaluated.reduce((sum, one) => sum + one.changed, 0);
  return { evaluated: evaluated.length, changed, failures };
}
