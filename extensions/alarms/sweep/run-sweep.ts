import { chunk, defined, mapLimited } from "@rainhooks/core/collections";
import { putPending } from "../alarms/due.ts";
import { inForceSinceMs, LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { readWatchRules, type WatchRules } from "../rules/rule-store.ts";
import type { SendAlarmEvents } from "./alarm-event.ts";
import { type Candidate, candidatesOf, OVERLAP_MS, SweepMemory } from "./candidates.ts";
import { evaluateNode } from "./evaluate-node.ts";
import { evaluateOutagesDue } from "./outages.ts";
import { readStores, type StoreProgress, type SweptStores } from "./progress.ts";
import { AlarmSender } from "./sender.ts";
import {
  PASSES,
  type Pass,
  type PassState,
  type Sweep,
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
  const { written, problem, ...outages } = await evaluateOutagesDue(start);
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

const EVALUATIONS_AT_ONCE = 32;

/** What the passes of a sweep work with. */
export interface PassWork {
  readonly sender: AlarmSender;
  readonly memory: SweepMemory;
  /** Returns whether there is time for another piece of work. */
  readonly hasTime: () => boolean;
  /** Number of candidates that are evaluated before their messages are sent and their pass is noted. */
  readonly pieceSize: number;
  /** Notes how far the passes have come. */
  readonly write: (passes: SweepState["passes"]) => Promise<void>;
}

/** What a piece of work has done. */
interface PieceDone {
  readonly evaluated: number;
  readonly changed: number;
  readonly failures: readonly unknown[];
}

/** What the passes have done. */
interface PassSummary extends PieceDone {
  readonly passes: SweepState["passes"];
}

/**
 * Sends what is due, and makes the passes of a sweep, the most severe first, until they have ended or the
 * time is over: one for changes, and one for each severity for which there are rules. Each of them makes a
 * piece at least, so that all make progress.
 *
 * @param before How far they had come.
 */
async function makePasses(sweep: Sweep, before: SweepState["passes"], work: PassWork): Promise<PassSummary> {
  const versions = nodeVersions(sweep.rules.rules, sweep.nowMs - LOOK_BACK_MS);
  const severities = new Set<Pass>(versions.map(({ rule }) => rule.severity));
  const wanted = PASSES.filter((pass) => pass === "changes" || severities.has(pass));
  await work.sender.sendDue(
    wanted.filter((pass) => pass !== "changes"),
    work.hasTime,
  );
  let passes = Object.fromEntries(wanted.map((pass) => [pass, before[pass] ?? {}]));
  const done: PieceDone[] = [];
  for (const pass of wanted)
    for await (const { state, ...piece } of roundOf(sweep, pass, before[pass] ?? {}, work)) {
      done.push(piece);
      passes = { ...passes, [pass]: state };
      await work.write(passes);
      if (!work.hasTime()) break;
    }
  const sumOf = (name: "evaluated" | "changed") => done.reduce((sum, one) => sum + one[name], 0);
  return {
    passes,
    evaluated: sumOf("evaluated"),
    changed: sumOf("changed"),
    failures: done.flatMap(({ failures }) => failures),
  };
}

/**
 * Makes a round of a pass: over its candidates in the order of their keys. What a piece has found is stored
 * and sent before the next one begins. A round for which there is not enough time is continued by the next
 * sweep where it is. What becomes a candidate meanwhile is in the next round, which looks at what has
 * happened since this one began.
 */
async function* roundOf(
  sweep: Sweep,
  pass: Pass,
  before: PassState,
  work: PassWork,
): AsyncGenerator<PieceDone & { readonly state: PassState }> {
  const { nowMs } = sweep;
  const { memory, pieceSize } = work;
  const { sweptMs, sinceMs = nowMs, round: { startedMs = nowMs, after: doneUpTo = "" } = {} } = before;
  const fromMs = sweptMs === undefined ? 0 : sweptMs - OVERLAP_MS;
  const candidates = await candidatesOf(sweep, pass, { sweptMs, sinceMs, fromMs, memory });
  const left = candidates.filter(([key]) => key > doneUpTo);
  const pieces = left.length === 0 ? [[]] : chunk(left, pieceSize);
  for (const [index, piece] of pieces.entries()) {
    const done = await evaluatePiece(sweep, pass, piece, work);
    const [after = ""] = piece.at(-1) ?? [];
    const isLast = index === pieces.length - 1;
    if (isLast) memory.forgetBefore(fromMs);
    const state = isLast
      ? { sinceMs, sweptMs: startedMs }
      : { ...before, sinceMs, round: { startedMs, after } };
    yield { ...done, state };
  }
}

type Piece = readonly (readonly [key: string, candidate: Candidate])[];

/**
 * Evaluates candidates, many at once, and sends what they have to tell. One that fails, or that waits for a
 * store, does not keep the others from being evaluated: it is noted for the next sweep.
 */
async function evaluatePiece(
  sweep: Sweep,
  pass: Pass,
  piece: Piece,
  { sender, memory }: PassWork,
): Promise<PieceDone> {
  const { tables, nowMs } = sweep;
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
