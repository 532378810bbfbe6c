import { chunk, mapLimited } from "@rainhooks/core/collections";
import { putPending } from "../alarms/due.ts";
import type { Severity } from "../rule/rule.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { type Candidate, candidatesOf, OVERLAP_MS } from "./candidates.ts";
import { evaluateSubject } from "./evaluate-subject.ts";
import type { SweepMemory } from "./memory.ts";
import { holdingOutages, holdingText } from "./outages/held.ts";
import type { AlarmSender } from "./sender.ts";
import type { Sweep } from "./sweep.ts";
import { PASSES, type Pass, type PassState, type SweepState } from "./sweep-state.ts";

const EVALUATIONS_AT_ONCE = 32;
/** The first pass that has not ended makes so many pieces for one of each of the others. */
const FIRST_SHARE = 4;

/** What the passes of a sweep work with. */
export interface PassWork {
  readonly sender: AlarmSender;
  readonly memory: SweepMemory;
  /** Returns whether there is time for another piece of work. */
  readonly hasTime: () => boolean;
  /** Number of candidates that are evaluated before their messages are sent and their pass is noted. */
  readonly pieceSize: number;
  /** Nodes whose alarms are moved by outages. */
  readonly moved: readonly Candidate[];
  /** Notes how far the passes have come. */
  readonly write: (passes: SweepState["passes"]) => Promise<void>;
}

/** What a piece of work has done. */
interface PieceDone {
  readonly pass: Pass;
  readonly state: PassState;
  readonly evaluated: number;
  readonly changed: number;
  readonly failures: readonly unknown[];
}

/** Work that is done in pieces: it can be left after each of them. */
type Pieces = AsyncGenerator<PieceDone | undefined, PieceDone | undefined>;

/** What the passes have done. */
export interface PassSummary extends Pick<PieceDone, "evaluated" | "changed" | "failures"> {
  readonly passes: SweepState["passes"];
  /** The passes that have not ended. */
  readonly left: readonly Pass[];
}

/**
 * Sends what is due, and makes the passes of a sweep, the most severe first, until they have ended or the
 * time is over: one for changes, and one for each severity for which there are rules. All of them make
 * progress.
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
  const severe = wanted.filter((pass): pass is Severity => pass !== "changes");
  const pieces = inTurns(
    [
      { pieces: work.sender.sendDue(severe) },
      ...wanted.map((pass) => ({ pass, pieces: roundOf(sweep, pass, before[pass] ?? {}, work) })),
    ],
    work.hasTime,
  );
  let passes = Object.fromEntries(wanted.map((pass) => [pass, before[pass] ?? {}]));
  const done: PieceDone[] = [];
  let next = await pieces.next();
  for (; next.done !== true; next = await pieces.next()) {
    done.push(next.value);
    passes = { ...passes, [next.value.pass]: next.value.state };
    await work.write(passes);
  }
  const sumOf = (name: "evaluated" | "changed") => done.reduce((sum, one) => sum + one[name], 0);
  return {
    passes,
    left: next.value,
    evaluated: sumOf("evaluated"),
    changed: sumOf("changed"),
    failures: done.flatMap(({ failures }) => failures),
  };
}

interface PassPieces {
  readonly pass?: Pass;
  readonly pieces: Pieces;
}

/**
 * Makes pieces in turns, until all have ended or the time is over. The first that have not ended make more.
 *
 * @returns The passes that have not ended.
 */
async function* inTurns(
  work: readonly PassPieces[],
  hasTime: () => boolean,
): AsyncGenerator<PieceDone, Pass[]> {
  let left = work;
  do {
    const ended = new Set<PassPieces>();
    const shareOf = (index: number) => (index === 0 ? FIRST_SHARE : 1);
    const turn = left.flatMap((one, index) => Array.from({ length: shareOf(index) }, () => one));
    for (const one of turn) {
      const { value, done } = await one.pieces.next();
      if (done === true) ended.add(one);
      if (value !== undefined) yield value;
    }
    left = left.filter((one) => !ended.has(one));
  } while (left.length > 0 && hasTime());
  return left.flatMap(({ pass }) => pass ?? []);
}

/**
 * Makes a round of a pass: over its candidates in the order of their keys. What a piece has found is stored
 * and sent before the next one begins. A round for which there is not enough time is continued by the next
 * sweep where it is. What becomes a candidate meanwhile is in the next round, which looks at what has
 * happened since this one began.
 */
async function* roundOf(sweep: Sweep, pass: Pass, before: PassState, work: PassWork): Pieces {
  const { nowMs, outages } = sweep;
  const { memory, pieceSize, moved } = work;
  const { sweptMs, sinceMs = nowMs } = before;
  const held = holdingText(holdingOutages(outages, nowMs));
  const { startedMs = nowMs, after: doneUpTo = "" } = before.round?.held === held ? before.round : {};
  const fromMs = sweptMs === undefined ? 0 : sweptMs - OVERLAP_MS;
  const others = pass === "changes" ? moved : [];
  const candidates = await candidatesOf(sweep, pass, { sweptMs, sinceMs, fromMs, memory }, others);
  const pieces = chunk(
    candidates.filter(([key]) => key > doneUpTo),
    pieceSize,
  );
  const stateAfter = (piece: Piece): PassState => {
    const [after = ""] = piece.at(-1) ?? [];
    return { ...before, sinceMs, round: { startedMs, after, held } };
  };
  for (const piece of pieces.slice(0, -1))
    yield { ...(await evaluatePiece(sweep, pass, piece, work)), pass, state: stateAfter(piece) };
  const last = await evaluatePiece(sweep, pass, pieces.at(-1) ?? [], work);
  memory.forgetBefore(fromMs);
  return { ...last, pass, state: { sinceMs, sweptMs: startedMs } };
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
): Promise<Omit<PieceDone, "pass" | "state">> {
  const { tables, nowMs } = sweep;
  const failures: unknown[] = [];
  const each = await mapLimited(piece, EVALUATIONS_AT_ONCE, async ([, candidate]) => {
    const { known, isPending, groupAlarm } = candidate;
    try {
      if (sweep.mustWait(candidate)) {
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
