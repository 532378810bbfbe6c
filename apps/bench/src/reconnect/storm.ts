import type { Chance } from "@rainhooks/local-aws";
import type { Change } from "../connections.ts";

/** A fleet that loses its connection and gets it back. */
export interface Storm {
  readonly nodes: number;
  /** When the first node disconnects, epoch milliseconds. */
  readonly startMs: number;
  /** All nodes disconnect within this time, and each returns within this time after it. */
  readonly spreadMs: number;
}

/** A node that returns needs at least this long. */
const MIN_AWAY_MS = 1000;
/** Share of the nodes that do not return, so that the rows at the end differ. */
const GONE = 0.01;

/** Returns the id of a node. */
export function nodeIdOf(index: number): string {
  return `node-${String(index).padStart(7, "0")}`;
}

/** Returns the disconnect and connect of each node, in the order of their times. */
export function stormChanges({ nodes, startMs, spreadMs }: Storm, chance: Chance): Change[] {
  const changes: Change[] = [];
  for (let index = 0; index < nodes; index += 1) {
    const nodeId = nodeIdOf(index);
    const lostMs = startMs + chance.int(0, spreadMs);
    changes.push({ nodeId, state: "offline", atMs: lostMs });
    if (!chance.happens(GONE))
      changes.push({ nodeId, state: "online", atMs: lostMs + MIN_AWAY_MS + chance.int(0, spreadMs) });
  }
  return changes.sort((a, b) => a.atMs - b.atMs);
}

/** How queues deliver: in any order within a window, and some messages twice. */
export interface Disorder {
  /** Number of messages among which any can be the next. */
  readonly window: number;
  /** Share of the messages that are delivered twice. */
  readonly duplicates: number;
}

/** Yields the changes as queues deliver them. */
export function* disordered(
  changes: readonly Change[],
  { window, duplicates }: Disorder,
  chance: Chance,
): Generator<Change> {
  const held: Change[] = [];
  const takeAny = (): Change | undefined => {
    const at = chance.int(0, held.length - 1);
    const taken = held[at];
    const last = held.pop();
    if (last !== undefined && at < held.length) held[at] = last;
    return taken;
  };
  for (const change of changes) {
    held.push(change);
    if (chance.happens(duplicates)) held.push(change);
    while (held.length > window) yield takeAny() ?? change;
  }
  while (held.length > 0) {
    const taken = takeAny();
    if (taken !== undefined) yield taken;
  }
}
