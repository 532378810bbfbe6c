import {
  packTransitions,
  type Transition,
  uniteTransitions,
  unpackTransitions,
} from "../transition.ts";
import type { NodeField } from "./field.ts";

/** The last connects and disconnects of a node. */
export interface RecentConnections {
  /** In order, each once. */
  readonly transitions: readonly Transition[];
  /** Earlier ones are in the timeline table, epoch milliseconds; `undefined` if there are none. */
  readonly fromMs: number | undefined;
}

const NOTHING: RecentConnections = { transitions: [], fromMs: undefined };

/**
 * The last connects and disconnects, in the status of the node, where they cost no write of their
 * own.
 */
export const recent: NodeField<RecentConnections> = {
  initial: NOTHING,
  fromEvent: ({ type }, { source }) => {
    if (type !== "rmaker.event.node_connected" && type !== "rmaker.event.node_disconnected")
      return NOTHING;
    const state = type === "rmaker.event.node_connected" ? "online" : "offline";
    return { transitions: [{ atMs: source.atMs, state }], fromMs: undefined };
  },
  join: (a, b) => ({
    transitions: uniteTransitions(a.transitions, b.transitions),
    fromMs:
      a.fromMs === undefined || b.fromMs === undefined
        ? (a.fromMs ?? b.fromMs)
        : Math.max(a.fromMs, b.fromMs),
  }),
  encode: ({ transitions, fromMs }) => {
    if (transitions.length === 0 && fromMs === undefined) return undefined;
    return { transitions: packTransitions(transitions), fromMs };
  },
  decode: (raw) => {
    if (typeof raw !== "object" || raw === null) return NOTHING;
    const { transitions, fromMs } = raw as Partial<Record<keyof RecentConnections, unknown>>;
    return {
      transitions: transitions instanceof Uint8Array ? unpackTransitions(transitions) : [],
      fromMs: typeof fromMs === "number" ? fromMs : undefined,
    };
  },
};

/**
 * Returns the index of the first transition at the time of the one at `index`: a connect and a
 * disconnect at one time stay together.
 */
function startOfMoment(transitions: readonly Transition[], index: number): number {
  return transitions.findIndex(({ atMs }) => atMs === transitions[index]?.atMs);
}

/**
 * Maximum number of transitions in the status of a node. With it the status fits in one write unit
 * (a kilobyte).
 */
const MAX_RECENT = 32;
/**
 * Number of transitions that stay in the row when there are too many. The others move together: one
 * write for 25 of them.
 */
const KEPT = 8;

/**
 * Takes the transitions out of `recent` that belong in the timeline table: those that came late,
 * and the oldest if there are too many. Those more than `keepMs` older than the newest are left
 * out, because the timeline would not keep them.
 */
export function moveOld(
  { transitions, fromMs = Number.NEGATIVE_INFINITY }: RecentConnections,
  keepMs: number,
): { readonly kept: RecentConnections; readonly moved: readonly Transition[] } {
  const oldestMs = (transitions.at(-1)?.atMs ?? 0) - keepMs;
  const isLate = ({ atMs }: Transition) => atMs < fromMs;
  const inTime = transitions.filter((one) => !isLate(one));
  const surplus =
    inTime.length > MAX_RECENT ? inTime.slice(0, startOfMoment(inTime, inTime.length - KEPT)) : [];
  const kept = inTime.slice(surplus.length);
  const keptFromMs = surplus.length === 0 ? fromMs : (kept[0]?.atMs ?? fromMs);
  return {
    kept: { transitions: kept, fromMs: Number.isFinite(keptFromMs) ? keptFromMs : undefined },
    moved: [...transitions.filter(isLate), ...surplus].filter(({ atMs }) => atMs >= oldestMs),
  };
}
