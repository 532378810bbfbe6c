import { chunk, mapLimited } from "@rainhooks/core/collections";
import { putPending } from "../alarms/due.ts";
import { LOOK_BACK_MS, nodeVersions } from "../rules/needs.ts";
import { type Candidate, candidatesOf, OVERLAP_MS } from "./candidates.ts";
import { evaluateSubject } from "./evaluate-subject.ts";
import { heldText } from "./outages/held.ts";
import { heldOutages } from "./outages/outage-state.ts";
import { sendDecided, sendDue } from "./send-due.ts";
import type { Sweep } from "./sweep-parts.ts";
import { PASSES, type Pass, type PassState, sweepState } from "./sweep-state.ts";

const EVALUATIONS_AT_ONCE = 32;
/** The first pass that has not ended makes so many pieces for one of each of the others. */
const FIRST_SHARE = 4;

/** Work that is done in pieces: it can be left after each of them. */
type Pieces = AsyncGenerator<void, void>;

/** Returns the passes that a sweep makes: changes, and each severity for which there are rules. */
export function passesOf({ rules, nowMs }: Pick<Sweep, "rules" | "nowMs">): Pass[] {
  const versions = nodeVersions(rules.rules, nowMs - LOOK_BACK_MS);
  return PASSES.filter((pass) => pass === "changes" || versions.some(({ rule }) => rule.severity === pass));
}

/**
 * Sends what is due, and makes the passes of a sweep, the most severe first, until they have ended or the
 * time is over. All of them make progress.
 *
 * @param moved Nodes whose alarms are moved by outages.
 * @returns The passes that have not ended.
 */
export async function makePasses(sweep: Sweep, moved: readonly Candidate[]): Promise<Pass[]> {
  const passes = passesOf(sweep);
  let work: { readonly pass: Pass | undefined; readonly pieces: Pieces }[] = [
    {
      pass: undefined,
      pieces: sendDue(
        sweep,
        passes.filter((pass) => pass !== "changes"),
      ),
    },
    ...passes.map((pass) => ({ pass, pieces: roundOf(sweep, pass, pass === "changes" ? moved : []) })),
  ];
  do {
    const ended = new Set<Pieces>();
    for (const [index, { pieces }] of work.entries()) {
      const share = index === 0 ? FIRST_SHARE : 1;
      for (let piece = 0; piece < share && !ended.has(pieces); piece += 1)
        if ((await pieces.next()).done === true) ended.add(pieces);
    }
    work = work.filter(({ pieces }) => !ended.has(pieces));
  } while (work.length > 0 && sweep.hasTime());
  return work.flatMap(({ pass }) => pass ?? []);
}

/**
 * Makes a round of a pass: over its candidates in the order of their keys. What a piece has found is stored
 * and sent before the next one begins. A round for which there is not enough time is continued by the next
 * sweep where it is. What becomes a candidate meanwhile is in the next round, which looks at what has
 * happened since this one began.
 */
async function* roundOf(sweep: Sweep, pass: Pass, others: readonly Candidate[]): Pieces {
  const { nowMs } = sweep;
  const before = sweep.state.passes[pass] ?? {};
  const { sweptMs, sinceMs = nowMs } = before;
  const held = heldText(heldOutages(sweep.outages, nowMs));
  const { startedMs = nowMs, after: doneUpTo = "" } = before.round?.held === held ? before.round : {};
  const fromMs = sweptMs === undefined ? 0 : sweptMs - OVERLAP_MS;
  const candidates = await candidatesOf(sweep, pass, { sweptMs, sinceMs, fromMs }, others);
  const pieces = chunk(
    candidates.filter(([key]) => key > doneUpTo),
    sweep.pieceSize,
  );
  for (const piece of pieces) {
    const [after = ""] = piece.at(-1) ?? [];
    await evaluatePiece(
      sweep,
      pass,
      piece.map(([, candidate]) => candidate),
    );
    await sendDecided(sweep);
    if (piece === pieces.at(-1)) break;
    await note(sweep, pass, { ...before, sinceMs, round: { startedMs, after, held } });
    yield;
  }
  sweep.memory.forgetBefore(fromMs);
  await note(sweep, pass, { sinceMs, sweptMs: startedMs });
}

async function note(sweep: Sweep, pass: Pass, state: PassState): Promise<void> {
  sweep.state = { ...sweep.state, passes: { ...sweep.state.passes, [pass]: state } };
  await sweepState.write(sweep.tables.alarms, sweep.state);
}

/**
 * Evaluates candidates, many at once. One that fails, or that waits for a store, does not keep the others
 * from being evaluated: it is noted for the next sweep.
 */
async function evaluatePiece(sweep: Sweep, pass: Pass, piece: readonly Candidate[]): Promise<void> {
  const { tables, counts, memory, nowMs } = sweep;
  await mapLimited(piece, EVALUATIONS_AT_ONCE, async (candidate) => {
    const { known, isPending } = candidate;
    try {
      if (sweep.known.mustWait(candidate)) {
        if (isPending !== true) await putPending(tables.alarms, candidate, pass, nowMs);
        return;
      }
      await evaluateSubject(sweep, candidate);
      counts.evaluated += 1;
      if (known !== undefined) memory.remember(known.key, known.atMs, nowMs);
    } catch (error) {
      sweep.failure ??= error;
      if (candidate.groupAlarm === undefined) await putPending(tables.alarms, candidate, pass, nowMs);
    }
  });
}
