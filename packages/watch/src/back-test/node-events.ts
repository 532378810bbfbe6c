import { type EventType, nodesOf, type RainmakerEvent } from "@rainhooks/core";
import type { ValuePoint } from "../history.ts";

/** A value as it was published. */
export interface SentPoint extends ValuePoint {
  readonly sentAtMs: number;
}

/** What of a node's events decides its alarms. */
export class NodeEvents {
  readonly #events: RainmakerEvent[] = [];
  readonly #tags = new Set<string>();
  readonly #heard = new Set<number>();
  readonly #points = new Map<string, SentPoint[]>();

  /** Events of its connection and its configuration, and one for each interval in which it sent something. */
  get events(): readonly RainmakerEvent[] {
    return this.#events;
  }

  get tags(): string[] {
    return [...this.#tags].sort();
  }

  addEvent(event: RainmakerEvent): void {
    this.#events.push(event);
  }

  /** Adds an event that only shows that the node is alive. */
  addQuiet(event: RainmakerEvent, intervalMs: number): void {
    const interval = Math.floor(event.atMs / intervalMs);
    if (this.#heard.has(interval)) return;
    this.#heard.add(interval);
    this.#events.push(event);
  }

  addTags(tags: readonly string[]): void {
    for (const tag of tags) this.#tags.add(tag);
  }

  addPoint(series: string, point: SentPoint): void {
    const points = this.#points.get(series);
    if (points === undefined) this.#points.set(series, [point]);
    else points.push(point);
  }

  /** The values of a series that were published up to a time, in order. */
  pointsOf(series: string, publishedMs: number): readonly SentPoint[] {
    const points = this.#points.get(series) ?? [];
    return points.filter(({ sentAtMs }) => sentAtMs <= publishedMs).toSorted((a, b) => a.atMs - b.atMs);
  }

  /** When what is known of a series changed, epoch milliseconds. */
  publishedMs(series: string | undefined): number[] {
    if (series === undefined) return this.#events.map(({ sentAtMs }) => sentAtMs);
    return (this.#points.get(series) ?? []).map(({ sentAtMs }) => sentAtMs);
  }
}

const KEPT = new Set<EventType>([
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
  "rmaker.event.node_config_changed",
  "rainhooks.event.node_session_ended",
]);

/** What the rules of a back-test ask for. */
export interface Wanted {
  /** True if a rule counts alerts. */
  readonly alerts: boolean;
  /** True if a rule is about nodes that send nothing. */
  readonly heard: boolean;
  readonly series: ReadonlySet<string>;
  readonly intervalMs: number;
}

/** Adds an event to the nodes that it is about, as far as rules ask for it. */
export function addEvent(nodes: Map<string, NodeEvents>, event: RainmakerEvent, wanted: Wanted): void {
  const tags = "tags" in event.data ? event.data.tags : [];
  const some = seriesIn(event).filter(({ name }) => wanted.series.has(name));
  const isKept = isKeptFor(event, wanted);
  if (!isKept && tags.length === 0 && some.length === 0 && !wanted.heard) return;
  for (const nodeId of nodesOf(event)) {
    const node = nodes.get(nodeId) ?? new NodeEvents();
    nodes.set(nodeId, node);
    if (isKept) node.addEvent(event);
    else if (wanted.heard) node.addQuiet(event, wanted.intervalMs);
    node.addTags(tags);
    for (const { name, records } of some)
      for (const { atMs, value } of records) node.addPoint(name, { atMs, value, sentAtMs: event.sentAtMs });
  }
}

function isKeptFor({ type }: RainmakerEvent, { alerts }: Wanted): boolean {
  return KEPT.has(type) || (alerts && type === "rmaker.event.alert");
}

function seriesIn(event: RainmakerEvent) {
  return event.type === "rmaker.event.node_ts_data" ? event.data.series : [];
}
