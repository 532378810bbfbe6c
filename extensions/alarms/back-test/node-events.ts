import type { RainmakerEvent } from "@rainhooks/core/event";
import { project } from "@rainhooks/node-status/project";
import type { ValuePoint } from "../history.ts";
import { heardMsOf, intervalsOf } from "../stores/heard.ts";
import { type NodeRecord, recordOf } from "../stores/node-record.ts";
import { type ConnectionTime, connectionTimeOf, stateChanges } from "./connection-times.ts";
import type { BackTestNeeds } from "./needs.ts";

/** What of a node's events decides its alarms. */
export class NodeEvents {
  readonly #connections: ConnectionTime[] = [];
  /** Events that say why a session ended, or what the node is. */
  readonly #others: RainmakerEvent[] = [];
  readonly #tags = new Set<string>();
  /** Starts of the intervals in which the node has sent something. */
  readonly #heard = new Set<number>();
  readonly #series = new Map<string, ValuePoint[]>();

  add(event: RainmakerEvent, { series, intervalMs }: BackTestNeeds): void {
    const heardMs = heardMsOf(event, intervalMs);
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
  recordOf(nodeId: string, intervalMs: number): NodeRecord {
    return {
      ...recordOf(project(this.#others, intervalMs), nodeId),
      tags: [...this.#tags].sort(),
      transitions: stateChanges(this.#connections),
      heard: intervalsOf(intervalMs, [...this.#heard]),
    };
  }
}
