import { chunk, mapLimited } from "@rainhooks/core/collections";
import { putPending } from "../alarms/due.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { type Candidate, candidatesOf, OVERLAP_MS } from "./candidates.ts";
import { evaluateSubject } from "./evaluate-subject.ts";
import type { SweepMemory } from "./memory.ts";
import type { AlarmSender } from "./sender.ts";
import type { Sweep } from "./sweep.ts";
import { PASSES, type Pass, type PassState, type SweepState } from "./sweep-state.ts";

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
export interface PassSummary extends PieceDone {
  readonly passes: SweepState["passes"];
}

/**
 * Sends what is due, and makes the passes of a sweep, the most severe first, until they have ended or the
 * time is over: one for changes, and one for each severity for which there are rules. Each of them makes a
 * piece at least, so that all make progress.
 *
 * @param before How far they had come.
 */
export async function makePasses(
  sweep: Sweep,
  before: SweepState["passes"],
  work: PassWork,
): Promise<PassSummary> {
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
      const evaluated = await evaluateSubject(sweep, candidate);
      if (known !== undefined) memory.remember(known.key, known.atMs, nowMs);
      return [evaluated];
    } catch (error) {
      failures.push(error);
      if (groupAlarm === undefined) await putPending(tables.alarms, candidate, pass, nowMs);
      return [];
    }
  });
  const evaluated = each.flat();
  const written = evaluated.flatMap((one) => one.written);
  await sender.send([...evaluated.flatMap(({ read }) => read), ...written]);
  return { evaluated: evaluated.length, changed: written.length, failures };
}
