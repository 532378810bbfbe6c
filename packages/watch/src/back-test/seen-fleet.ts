import { MINUTE_MS } from "@rainhooks/core";
import type { NodeRecord } from "@rainhooks/node-status";
import type { Change } from "../compare.ts";
import type { Episode } from "../episode.ts";
import { outageVersions } from "../outage/evaluate-outages.ts";
import { regressionVersions } from "../regression/evaluate-regressions.ts";
import type { RuleVersion } from "../rule/rule.ts";
import { GrowingNode, NO_CHANGE } from "./growing-node.ts";
import { NodeEvents } from "./node-events.ts";
import { SeenOutages } from "./seen-outages.ts";
import { SeenRegressions } from "./seen-regressions.ts";
import { sweepsAfter } from "./sweep-times.ts";

/** What a sweep would have found at a time, with what had been published by then. */
export interface SeenChange {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly change: Change;
}

/** All nodes, and for which time it is played what was known of them. Times are epoch milliseconds. */
export interface SeenFleetOptions {
  readonly versions: readonly RuleVersion[];
  readonly events: ReadonlyMap<string, NodeEvents>;
  readonly stored: ReadonlyMap<string, NodeRecord>;
  /** From when on events were read. */
  readonly readFromMs: number;
  /** Alarms that began in `[fromMs, toMs)` are returned. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly intervalMs: number;
}

/**
 * Plays a range of times minute by minute, and returns what sweeps would have found under the rules about groups. Each event of a node is taken once. A
 * minute in which nothing has come, and nothing is due, takes no time.
 */
export function seenByFleet(options: SeenFleetOptions): SeenChange[] {
  const { versions, fromMs, toMs } = options;
  const isInRange = ({ startMs }: Episode) => startMs >= fromMs && startMs < toMs;
  const outages = outageVersions(versions).map((version) => new SeenOutages(version, isInRange));
  const regressions = regressionVersions(versions).map((version) => new SeenRegressions(version, isInRange));
  const { nodes, arrivals } = nodesOf(options);
  for (const node of nodes)
    if (options.stored.has(node.nodeId)) for (const one of outages) one.add(node, NO_CHANGE);
  const seen: SeenChange[] = [];
  // Before the first event, there is nothing to find.
  const firstMs = [...arrivals.keys()].reduce(
    (a, b) => Math.min(a, b),
    Math.floor(toMs / MINUTE_MS) * MINUTE_MS,
  );
  for (let atMs = firstMs; atMs <= toMs; atMs += MINUTE_MS) {
    for (const node of arrivals.get(atMs) ?? []) {
      const change = node.advance(atMs);
      for (const one of outages) one.add(node, change);
    }
    const changes = [
      ...outages.flatMap((one) => one.sweep(atMs)),
      ...regressions.flatMap((one) => one.sweep(atMs, nodes)),
    ];
    for (const change of changes) seen.push({ atMs, change });
  }
  return seen;
}

/** What was published before the range is known to its first sweep. */
function firstSweep({ fromMs }: SeenFleetOptions): number {
  return Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS;
}

/** Returns the nodes, and at which sweep there is something new of which of them. */
function nodesOf(options: SeenFleetOptions) {
  const { events, stored, toMs } = options;
  const firstMs = firstSweep(options);
  const nodes: GrowingNode[] = [];
  const arrivals = new Map<number, GrowingNode[]>();
  for (const nodeId of new Set([...events.keys(), ...stored.keys()])) {
    const own = events.get(nodeId) ?? new NodeEvents();
    const node = new GrowingNode(nodeId, own, stored.get(nodeId), options);
    nodes.push(node);
    const times = own.publishedMs(undefined).map((atMs) => Math.max(atMs, firstMs));
    for (const sweepMs of sweepsAfter(times, toMs)) {
      const some = arrivals.get(sweepMs);
      if (some === undefined) arrivals.set(sweepMs, [node]);
      else some.push(node);
    }
  }
  return { nodes, arrivals };
}
