import { type Connection, joinClocks, NO_CLOCK, stateOf } from "./connection.ts";
import { type ConnectionTime, clockOf } from "./connection-times.ts";
import { withStateOfRow } from "./timeline.ts";
import { compareTransitions, isLone, type Transition } from "./transition.ts";
import { collapse, inOrder } from "./uptime.ts";

/** The end of every history. */
const END_MS = Number.MAX_SAFE_INTEGER;

/**
 * The changes of the state of a node while its connects and disconnects come, in any order and any number of times: always those that `recordOf` would
 * return. An event that is the newest takes a time that does not grow with their number.
 *
 * @example
 * ```ts
 * import { ConnectionTimeline } from "@rainhooks/node-status";
 *
 * const timeline = new ConnectionTimeline([]);
 * timeline.add([{ atMs: 2000, sentAtMs: 2001, state: "offline", clamped: false }]);
 * timeline.add([{ atMs: 1000, sentAtMs: 2002, state: "online", clamped: false }]);
 * console.log(timeline.transitions.map(({ state }) => state)); // [ 'online', 'offline' ]
 * ```
 */
export class ConnectionTimeline {
  /** What is known of the time before the first event. */
  readonly #base: number;
  /** Each connect and disconnect once, in order. */
  readonly #known: Transition[] = [];
  readonly #transitions: Transition[];
  #row: Connection = { connected: NO_CLOCK, disconnected: NO_CLOCK };
  /** True if the last change is none of an event, but follows from the state of the row. */
  #hasTail = false;

  /** @param base Changes before all events, in order: each differs from the one before. */
  constructor(base: readonly Transition[]) {
    this.#base = base.length;
    this.#transitions = [...base];
  }

  /** Changes of the state, in order: each differs from the one before. */
  get transitions(): readonly Transition[] {
    return this.#transitions;
  }

  /**
   * Adds connects and disconnects.
   *
   * @returns From which index on the changes may be others than before, and what they were.
   */
  add(times: readonly ConnectionTime[]): { readonly from: number; readonly removed: readonly Transition[] } {
    if (times.length === 0) return { from: this.#transitions.length, removed: [] };
    let fromMs = Number.POSITIVE_INFINITY;
    for (const { atMs, state } of times) {
      this.#insert({ atMs, state });
      fromMs = Math.min(fromMs, atMs);
    }
    this.#row = {
      connected: joinClocks(this.#row.connected, clockOf(times, "online")),
      disconnected: joinClocks(this.#row.disconnected, clockOf(times, "offline")),
    };
    return this.#changeFrom(fromMs);
  }

  #insert(transition: Transition): void {
    const at = firstIndex(this.#known, (one) => compareTransitions(one, transition) >= 0);
    const found = this.#known[at];
    if (found === undefined || compareTransitions(found, transition) !== 0)
      this.#known.splice(at, 0, transition);
  }

  /** Connects and disconnects at one moment, with nothing known before them, are in the order that the first lone one after them shows. */
  #startOfChange(fromMs: number): number {
    const [first] = this.#known;
    if (first === undefined || isLone(this.#known, 0)) return fromMs;
    const lone = this.#known.find((_, at) => isLone(this.#known, at));
    return fromMs <= (lone?.atMs ?? END_MS) ? Math.min(fromMs, first.atMs) : fromMs;
  }

  /** What was before a time stays: each change follows from the events at its time and the state before. */
  #changeFrom(fromMs: number): { readonly from: number; readonly removed: readonly Transition[] } {
    const startMs = this.#startOfChange(fromMs);
    const tails = this.#hasTail ? this.#transitions.splice(-1) : [];
    const isLater = ({ atMs }: Transition) => atMs >= startMs;
    const from = firstIndex(this.#transitions, isLater, this.#base);
    const removed = [...this.#transitions.splice(from), ...tails];
    const first = firstIndex(this.#known, isLater);
    const last = this.#transitions.at(-1)?.state ?? "unknown";
    const before = first === 0 ? "unknown" : last;
    const row = { ...this.#row, recent: { transitions: this.#known } };
    const ordered = inOrder(this.#known.slice(first), before, stateOf(row).state);
    // The first event may only say what was known before it.
    const changes = collapse(collapse(ordered, before), last);
    const [, tail] = withStateOfRow(ordered.slice(-1), row, END_MS);
    this.#transitions.push(...changes, ...(tail === undefined ? [] : [tail]));
    this.#hasTail = tail !== undefined;
    return { from, removed };
  }
}

/** Returns the index of the first value for which a test is true; it is false for all before, and true for all after. */
function firstIndex<T>(values: readonly T[], test: (value: T) => boolean, from = 0): number {
  let [low, high] = [from, values.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const value = values[middle];
    if (value !== undefined && test(value)) high = middle;
    else low = middle + 1;
  }
  return low;
}
