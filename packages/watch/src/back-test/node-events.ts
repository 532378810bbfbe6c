import { nodesOf, type RainmakerEvent } from "@rainhooks/core";
import {
  type ConnectionTime,
  connectionTimeOf,
  heardMsOf,
  intervalsOf,
  type NodeRecord,
  project,
  recordOf,
  stateChanges,
} from "@rainhooks/node-status";
import type { ValuePoint } from "../history.ts";
import type { Wanted } from "./wanted.ts";

/** A value as it was published. */
export interface SentPoint extends ValuePoint {
  readonly sentAtMs: number;
}

/** When something happened, and when SNS took the event that says so, epoch milliseconds. */
export interface SentTime {
  readonly atMs: number;
  readonly sentAtMs: number;
}

/** Numbers of a connect or disconnect: its time, multiplied by {@link FLAGS}, with {@link ONLINE} and {@link CLAMPED}; and when SNS took it. */
const NUMBERS = 2;
const [ONLINE, CLAMPED, FLAGS] = [1, 2, 4];
/** All has been published by then. */
const END_MS = Number.POSITIVE_INFINITY;

/** What of a node's events decides its alarms. */
export class NodeEvents {
  /** Connects and disconnects, as numbers: there are many. */
  readonly #connections: number[] = [];
  #others: RainmakerEvent[] | undefined;
  /** When each tag was first known, epoch milliseconds. */
  #tags: Map<string, number> | undefined;
  /** When it was first known of an interval that the node had sent something in it. */
  #heard: Map<number, number> | undefined;
  #points: Map<string, SentPoint[]> | undefined;

  /** Tags that were published up to a time. */
  tags(publishedMs = END_MS): string[] {
    return this.tagTimes()
      .flatMap(({ tag, sentAtMs }) => (sentAtMs <= publishedMs ? [tag] : []))
      .sort();
  }

  tagTimes(): { readonly tag: string; readonly sentAtMs: number }[] {
    return [...(this.#tags ?? [])].map(([tag, sentAtMs]) => ({ tag, sentAtMs }));
  }

  /** Events that say why a session ended, what the node is, and its alerts. */
  get others(): readonly RainmakerEvent[] {
    return this.#others ?? [];
  }

  addConnection(time: ConnectionTime): void {
    const flags = (time.state === "online" ? ONLINE : 0) + (time.clamped ? CLAMPED : 0);
    this.#connections.push(time.atMs * FLAGS + flags, time.sentAtMs);
  }

  addEvent(event: RainmakerEvent): void {
    this.#others ??= [];
    this.#others.push(event);
  }

  addHeard(startMs: number, sentAtMs: number): void {
    this.#heard ??= new Map();
    this.#heard.set(startMs, Math.min(sentAtMs, this.#heard.get(startMs) ?? sentAtMs));
  }

  addTags(tags: readonly string[], sentAtMs: number): void {
    this.#tags ??= new Map();
    for (const tag of tags) this.#tags.set(tag, Math.min(sentAtMs, this.#tags.get(tag) ?? sentAtMs));
  }

  addPoint(series: string, point: SentPoint): void {
    this.#points ??= new Map();
    const points = this.#points.get(series);
    if (points === undefined) this.#points.set(series, [point]);
    else points.push(point);
  }

  /** The values of a series that were published up to a time, in order. */
  pointsOf(series: string, publishedMs: number): readonly SentPoint[] {
    const points = this.#points?.get(series) ?? [];
    return points.filter(({ sentAtMs }) => sentAtMs <= publishedMs).toSorted((a, b) => a.atMs - b.atMs);
  }

  /** What node status would have of the node, by what was published up to a time; without its tags. */
  recordOf(nodeId: string, publishedMs: number, intervalMs: number): NodeRecord {
    const others = this.#others?.filter(({ sentAtMs }) => sentAtMs <= publishedMs);
    const record = others === undefined ? NO_RECORD : recordOf(project(others, intervalMs), nodeId);
    const heard = this.#heard === undefined ? [] : this.heard(publishedMs).map(({ atMs }) => atMs);
    return {
      ...record,
      nodeId,
      transitions: stateChanges(this.connections(publishedMs)),
      heard: intervalsOf(intervalMs, heard),
    };
  }

  /** Connects and disconnects that were published up to a time. */
  connections(publishedMs = END_MS): ConnectionTime[] {
    const numbers = this.#connections;
    const times: ConnectionTime[] = [];
    for (let at = 0; at < numbers.length; at += NUMBERS) {
      const [value = 0, sentAtMs = 0] = [numbers[at], numbers[at + 1]];
      if (sentAtMs > publishedMs) continue;
      const flags = value % FLAGS;
      const state = (flags & ONLINE) === 0 ? "offline" : "online";
      times.push({ atMs: (value - flags) / FLAGS, sentAtMs, state, clamped: (flags & CLAMPED) !== 0 });
    }
    return times;
  }

  /** The intervals in which the node has sent something, as far as this was published up to a time. */
  heard(publishedMs = END_MS): SentTime[] {
    const all = [...(this.#heard ?? [])].map(([atMs, sentAtMs]) => ({ atMs, sentAtMs }));
    return all.filter(({ sentAtMs }) => sentAtMs <= publishedMs);
  }

  /** When what is known of a series, or else of the node, changed, epoch milliseconds. */
  publishedMs(series: string | undefined): number[] {
    const own =
      series === undefined ? [...this.connections(), ...this.heard()] : (this.#points?.get(series) ?? []);
    return [...own, ...this.others, ...this.tagTimes()].map(({ sentAtMs }) => sentAtMs);
  }
}

const NO_RECORD = recordOf(project([], 0), "");

/** What of the events of all nodes decides their alarms. */
export class FleetEvents {
  readonly #nodes = new Map<string, NodeEvents>();
  readonly #wanted: Wanted;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  get nodes(): ReadonlyMap<string, NodeEvents> {
    return this.#nodes;
  }

  /** Adds an event to the nodes that it is about, as far as rules ask for it. */
  add(event: RainmakerEvent): void {
    const add = additionOf(event, this.#wanted);
    if (add !== undefined) for (const nodeId of nodesOf(event)) add(this.#nodeOf(nodeId));
  }

  #nodeOf(nodeId: string): NodeEvents {
    const known = this.#nodes.get(nodeId);
    if (known !== undefined) return known;
    const node = new NodeEvents();
    this.#nodes.set(nodeId, node);
    return node;
  }
}

/** Returns what an event adds to a node; `undefined` if no rule asks for it. */
function additionOf(event: RainmakerEvent, wanted: Wanted): ((node: NodeEvents) => void) | undefined {
  const keep = keptOf(event, wanted);
  const heardMs = wanted.heard ? heardMsOf(event, wanted.intervalMs) : undefined;
  if (heardMs === undefined) return keep;
  return (node) => {
    keep?.(node);
    node.addHeard(heardMs, event.sentAtMs);
  };
}

function keptOf(event: RainmakerEvent, wanted: Wanted): ((node: NodeEvents) => void) | undefined {
  switch (event.type) {
    case "rmaker.event.node_connected":
    case "rmaker.event.node_disconnected": {
      const time = wanted.connections ? connectionTimeOf(event) : undefined;
      return time && ((node) => node.addConnection(time));
    }
    case "rainhooks.event.node_session_ended":
      return wanted.connections ? (node) => node.addEvent(event) : undefined;
    case "rmaker.event.node_config_changed":
      return wanted.facts ? (node) => node.addEvent(event) : undefined;
    case "rmaker.event.alert":
      return wanted.alerts ? (node) => node.addEvent(event) : undefined;
    case "rmaker.event.new_tags_added":
    case "rmaker.event.existing_tags_attached": {
      const { tags } = event.data;
      return wanted.facts && tags.length > 0 ? (node) => node.addTags(tags, event.sentAtMs) : undefined;
    }
    case "rmaker.event.node_ts_data":
      return seriesAddition(event, wanted.series);
    default:
      return undefined;
  }
}

function seriesAddition(
  { data, sentAtMs }: RainmakerEvent<"rmaker.event.node_ts_data">,
  series: ReadonlySet<string>,
): ((node: NodeEvents) => void) | undefined {
  const some = data.series.filter(({ name }) => series.has(name));
  if (some.length === 0) return undefined;
  return (node) => {
    for (const { name, records } of some)
      for (const { atMs, value } of records) node.addPoint(name, { atMs, value, sentAtMs });
  };
}
