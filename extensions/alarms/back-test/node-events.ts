import { HOUR_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { type Clock, joinClocks, NO_CLOCK } from "@rainhooks/node-status/connection";
import { timeOf } from "@rainhooks/node-status/event-time";
import { project } from "@rainhooks/node-status/project";
import type { ConnectionHistory } from "@rainhooks/node-status/read-node";
import { compareTransitions, type Transition } from "@rainhooks/node-status/transition";
import type { ValuePoint } from "../history.ts";
import { heardMsOf, intervalsOf } from "../stores/node-fields.ts";
import { type NodeRecord, recordOf } from "../stores/node-record.ts";
import type { BackTestNeeds } from "./needs.ts";

/** Interval at which stages store when a node was seen, if nobody says another one. */
const INTERVAL_MS = HOUR_MS;

/** What of a node's events decides its alarms. */
export class NodeEvents {
  readonly #connections: ConnectionTime[] = [];
  /** Events that say why a session ended, or what the node is. */
  readonly #others: RainmakerEvent[] = [];
  readonly #tags = new Set<string>();
  /** Starts of the intervals in which the node has sent something. */
  readonly #heard = new Set<number>();
  readonly #series = new Map<string, ValuePoint[]>();

  add(event: RainmakerEvent, { series }: BackTestNeeds): void {
    const heardMs = heardMsOf(event, INTERVAL_MS);
    if (heardMs !== undefined) this.#heard.add(heardMs);
    switch (event.type) {
      case "rmaker.event.node_connected":
      case "rmaker.event.node_disconnected":
        this.#connections.push(connectionTimeOf(event));
        break;
      case "rainhooks.event.node_session_ended":
      case "rmaker.event.node_config_changed":
        this.#others.push(event);
        break;
      case "rmaker.event.new_tags_added":
      case "rmaker.event.existing_tags_attached":
        for (const tag of event.data.tags) this.#tags.add(tag);
        break;
      case "rmaker.event.node_ts_data":
        for (const { name, records } of event.data.series)
          if (series.has(name)) this.#addPoints(name, records);
        break;
    }
  }

  #addPoints(name: string, records: readonly ValuePoint[]): void {
    const points = this.#series.get(name) ?? [];
    this.#series.set(name, points);
    for (const { atMs, value } of records) points.push({ atMs, value });
  }

  /** Returns the values of a series in order. */
  pointsOf(name: string): readonly ValuePoint[] {
    return (this.#series.get(name) ?? []).toSorted((a, b) => a.atMs - b.atMs);
  }

  /** What node status would have of the node. */
  recordOf(nodeId: string): NodeRecord {
    return {
      ...recordOf(
        { ...project(this.#others, INTERVAL_MS), ...connectionOf(this.#connections) },
        nodeId,
      ),
      tags: [...this.#tags].sort(),
      heard: intervalsOf(INTERVAL_MS, [...this.#heard]),
    };
  }
}

/** What of a connect or a disconnect decides the state of its node. */
export interface ConnectionTime extends Transition {
  /** When SNS took it, epoch milliseconds. */
  readonly sentAtMs: number;
  /** True if it has no plausible time of its own: `atMs` is then the time of SNS. */
  readonly clamped: boolean;
}

/**
 * Returns what of a connect or a disconnect decides the state of its node. It takes less memory.
 */
export function connectionTimeOf(
  event: RainmakerEvent<"rmaker.event.node_connected" | "rmaker.event.node_disconnected">,
): ConnectionTime {
  const state = event.type === "rmaker.event.node_connected" ? "online" : "offline";
  return { ...timeOf(event), sentAtMs: event.sentAtMs, state };
}

/**
 * Returns what connects and disconnects of a node show together, as `project` does for their
 * events: their order and repetition do not matter. Ids of deliveries are left out.
 */
export function connectionOf(times: readonly ConnectionTime[]): ConnectionHistory {
  const all = times
    .map(({ atMs, state }): Transition => ({ atMs, state }))
    .sort(compareTransitions);
  const transitions = all.filter((one, at) => compareTransitions(all[at - 1] ?? NEVER, one) !== 0);
  return {
    connected: clockOf(times, "online"),
    disconnected: clockOf(times, "offline"),
    recent: { transitions, fromMs: undefined },
  };
}

const NEVER: Transition = { atMs: Number.NEGATIVE_INFINITY, state: "offline" };

function clockOf(times: readonly ConnectionTime[], state: Transition["state"]): Clock {
  let clock = NO_CLOCK;
  for (const { state: own, clamped, ...source } of times)
    if (own === state)
      clock = joinClocks(clock, {
        ...NO_CLOCK,
        [clamped ? "clamped" : "latest"]: { ...source, deliveryId: "" },
      });
  return clock;
}
