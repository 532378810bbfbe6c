import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { fieldsWith } from "@rainhooks/node-status/facts";
import { project } from "@rainhooks/node-status/project";
import type { ValuePoint } from "../history.ts";
import { excusedEnds } from "../stores/excused.ts";
import { heardMsOf, intervalsOf } from "../stores/heard.ts";
import { type NodeRecord, recordOf } from "../stores/node-record.ts";
import { type ConnectionTime, connectionTimeOf, stateChanges } from "./connection-times.ts";
import type { BackTestNeeds } from "./wanted.ts";

/**
 * Numbers of a connect or disconnect: its time, multiplied by {@link FLAGS}, with {@link ONLINE} and
 * {@link CLAMPED}; and when SNS took it.
 */
const NUMBERS = 2;
const [ONLINE, CLAMPED, FLAGS] = [1, 2, 4];

/** What of a node's events decides its alarms. */
export class NodeEvents {
  /** Connects and disconnects, as numbers: there are many. */
  readonly #connections: number[] = [];
  #others: RainmakerEvent[] | undefined;
  #tags: Set<string> | undefined;
  /** Starts of the intervals in which the node has sent something. */
  #heard: Set<number> | undefined;
  #series: Map<string, SeriesPoints> | undefined;

  get tags(): string[] {
    return [...(this.#tags ?? [])].sort();
  }

  get series(): ReadonlyMap<string, SeriesPoints> {
    this.#series ??= new Map();
    return this.#series;
  }

  addConnection(time: ConnectionTime): void {
    const flags = (time.state === "online" ? ONLINE : 0) + (time.clamped ? CLAMPED : 0);
    this.#connections.push(time.atMs * FLAGS + flags, time.sentAtMs);
  }

  /** Adds an event that says why a session ended, or what the node is. */
  addEvent(event: RainmakerEvent): void {
    this.#others ??= [];
    this.#others.push(event);
  }

  addHeard(startMs: number): void {
    this.#heard ??= new Set();
    this.#heard.add(startMs);
  }

  addTags(tags: readonly string[]): void {
    this.#tags ??= new Set();
    for (const tag of tags) this.#tags.add(tag);
  }

  addPoints(name: string, points: readonly ValuePoint[]): void {
    this.#series ??= new Map();
    const known = this.#series.get(name) ?? new SeriesPoints();
    this.#series.set(name, known);
    known.add(points);
  }

  /** What node status would have of the node, without its tags. */
  recordOf(nodeId: string, intervalMs: number): NodeRecord {
    const others = this.#others;
    const record = others === undefined ? NO_RECORD : recordOf(project(others, intervalMs, FIELDS), nodeId);
    return {
      ...record,
      nodeId,
      transitions: stateChanges(this.#times()),
      heard: intervalsOf(intervalMs, [...(this.#heard ?? [])]),
    };
  }

  #times(): ConnectionTime[] {
    const numbers = this.#connections;
    const times: ConnectionTime[] = [];
    for (let at = 0; at < numbers.length; at += NUMBERS) {
      const [value = 0, sentAtMs = 0] = [numbers[at], numbers[at + 1]];
      const flags = value % FLAGS;
      const state = (flags & ONLINE) === 0 ? "offline" : "online";
      times.push({ atMs: (value - flags) / FLAGS, sentAtMs, state, clamped: (flags & CLAMPED) !== 0 });
    }
    return times;
  }
}

/** The values of a series. */
export class SeriesPoints {
  #points: ValuePoint[] = [];
  /** True: there is no earlier value than those that were added. */
  isComplete = false;

  add(points: readonly ValuePoint[]): void {
    for (const { atMs, value } of points) this.#points.push({ atMs, value });
  }

  /** Returns the values in order. */
  inOrder(): readonly ValuePoint[] {
    this.#points = this.#points.toSorted((a, b) => a.atMs - b.atMs);
    return this.#points;
  }
}

const FIELDS = fieldsWith([excusedEnds]);
const NO_RECORD = recordOf(project([], 0), "");

/** What of the events of all nodes decides their alarms. */
export class FleetEvents {
  readonly #nodes = new Map<string, NodeEvents>();
  readonly #wanted: BackTestNeeds;

  constructor(wanted: BackTestNeeds) {
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
function additionOf(event: RainmakerEvent, wanted: BackTestNeeds): ((node: NodeEvents) => void) | undefined {
  const keep = keptOf(event, wanted);
  const heardMs = wanted.heard ? heardMsOf(event, wanted.intervalMs) : undefined;
  if (heardMs === undefined) return keep;
  return (node) => {
    keep?.(node);
    node.addHeard(heardMs);
  };
}

function keptOf(event: RainmakerEvent, wanted: BackTestNeeds): ((node: NodeEvents) => void) | undefined {
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
    case "rmaker.event.new_tags_added":
    case "rmaker.event.existing_tags_attached": {
      const { tags } = event.data;
      return wanted.facts && tags.length > 0 ? (node) => node.addTags(tags) : undefined;
    }
    case "rmaker.event.node_ts_data":
      return seriesAddition(event, wanted.series);
    default:
      return undefined;
  }
}

function seriesAddition(
  { data }: RainmakerEvent<"rmaker.event.node_ts_data">,
  series: ReadonlySet<string>,
): ((node: NodeEvents) => void) | undefined {
  const some = data.series.filter(({ name }) => series.has(name));
  if (some.length === 0) return undefined;
  return (node) => {
    for (const { name, records } of some) node.addPoints(name, records);
  };
}
