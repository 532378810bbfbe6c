/** A connect or disconnect of a node. */
export interface Transition {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly state: "online" | "offline";
}

/** Compares transitions by time; at the same time offline comes first. */
export function compareTransitions(a: Transition, b: Transition): number {
  return a.atMs - b.atMs || rank(a) - rank(b);
}

/** Returns the transitions in order, each once. */
export function uniteTransitions(
  a: readonly Transition[],
  b: readonly Transition[],
): readonly Transition[] {
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const sorted = [...a, ...b].sort(compareTransitions);
  return sorted.filter((one, at) => {
    const before = sorted[at - 1];
    return before === undefined || compareTransitions(before, one) !== 0;
  });
}

/**
 * Of the last transitions, those that are looked at for the state before: the status of a node
 * always has them.
 */
const MAX_LOOKED_AT = 8;

/**
 * Returns the last transition before a time that is alone at its moment; `undefined` if none of the
 * latest is. A connect and a disconnect at one moment leave the state as it was, so the state is
 * that of the last one that was alone.
 */
export function lastLone(
  transitions: readonly Transition[],
  beforeMs: number,
): Transition | undefined {
  const latest = transitions.slice(-MAX_LOOKED_AT);
  return latest.findLast((one, at) => one.atMs < beforeMs && isLone(latest, at));
}

/** Whether the transition at an index is the only one at its moment. */
export function isLone(transitions: readonly Transition[], at: number): boolean {
  const atMs = transitions[at]?.atMs;
  return transitions[at - 1]?.atMs !== atMs && transitions[at + 1]?.atMs !== atMs;
}

/** Values below this fit in seven bits, one byte of a packed transition. */
const BYTE = 128;

/**
 * Packs transitions, in order, into few bytes: of each the milliseconds since the one before and
 * its state, as one number in groups of seven bits, the lowest first. A transition takes four or
 * five bytes.
 */
export function packTransitions(transitions: readonly Transition[]): Uint8Array {
  const bytes: number[] = [];
  let beforeMs = 0;
  for (const transition of transitions) {
    let rest = (transition.atMs - beforeMs) * 2 + rank(transition);
    for (; rest >= BYTE; rest = Math.floor(rest / BYTE)) bytes.push((rest % BYTE) + BYTE);
    bytes.push(rest);
    beforeMs = transition.atMs;
  }
  return Uint8Array.from(bytes);
}

/** Unpacks what {@link packTransitions} packed. */
export function unpackTransitions(bytes: Uint8Array): Transition[] {
  const transitions: Transition[] = [];
  let value = 0;
  let scale = 1;
  let atMs = 0;
  for (const byte of bytes) {
    value += (byte % BYTE) * scale;
    scale *= BYTE;
    if (byte >= BYTE) continue;
    atMs += Math.floor(value / 2);
    transitions.push({ atMs, state: value % 2 === 1 ? "online" : "offline" });
    [value, scale] = [0, 1];
  }
  return transitions;
}

function rank({ state }: Transition): number {
  return state === "online" ? 1 : 0;
}
