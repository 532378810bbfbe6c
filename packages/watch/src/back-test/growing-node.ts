import type { RainmakerEvent } from "@rainhooks/core";
import {
  type ConnectionTime,
  ConnectionTimeline,
  joinFacts,
  type NodeRecord,
  project,
  type NodeFacts as StatusFacts,
  type Transition,
} from "@rainhooks/node-status";
import type { NodeFacts } from "../condition/condition.ts";
import { faultTransitions } from "../faults.ts";
import { type MemberChange, memberChanges } from "../kinds/outage.ts";
import type { FirmwareHistory } from "../regression/node-hours.ts";
import { nodeFactsOf } from "../sweep/evaluate-node.ts";
import type { NodeEvents } from "./node-events.ts";

/** What of a node's history groups have to take away and to add, when more of it is known. */
export interface NodeChange {
  readonly removed: readonly MemberChange[];
  readonly added: readonly MemberChange[];
}

interface SentTag {
  readonly tag: string;
  readonly sentAtMs: number;
}

/** Nothing that groups count has changed. */
export const NO_CHANGE: NodeChange = { removed: [], added: [] };

/** What was known of a node when, for rules about groups: it goes forward in the time at which SNS took its events. */
export class GrowingNode {
  readonly nodeId: string;
  readonly #stored: NodeRecord | undefined;
  readonly #intervalMs: number;
  readonly #connections: Sent<ConnectionTime>;
  readonly #others: Sent<RainmakerEvent>;
  readonly #tagged: Sent<SentTag>;
  readonly #timeline: ConnectionTimeline;
  readonly #tags: Set<string>;
  #status: StatusFacts = project([], 0);
  #facts: NodeFacts;
  /** Without disconnects that were no fault of the node; `undefined` while there are none of those. */
  #faults: readonly Transition[] | undefined;
  #excused = this.#status.excused;

  /**
   * @param stored What a stage has stored of the node: what was before its events is known from the beginning.
   * @param readFromMs From when on events were read, epoch milliseconds.
   */
  constructor(
    nodeId: string,
    events: NodeEvents,
    stored: NodeRecord | undefined,
    options: { readonly intervalMs: number; readonly readFromMs: number },
  ) {
    this.nodeId = nodeId;
    this.#stored = stored && before(stored, events, nodeId, options);
    this.#intervalMs = options.intervalMs;
    this.#connections = new Sent(events.connections());
    this.#others = new Sent(events.others);
    this.#tagged = new Sent(events.tagTimes());
    this.#timeline = new ConnectionTimeline(this.#stored?.transitions ?? []);
    this.#tags = new Set(stored?.tags);
    this.#facts = this.#factsNow();
  }

  /** What conditions and groups know of the node. */
  get facts(): NodeFacts {
    return this.#facts;
  }

  get transitions(): readonly Transition[] {
    return this.#faults ?? this.#timeline.transitions;
  }

  /** What rules about firmwares count. */
  get firmwareHistory(): FirmwareHistory {
    const { firmwareReports, alertHours } = this.#status;
    const all = [...(this.#stored?.firmwareReports ?? []), ...firmwareReports];
    return {
      transitions: this.transitions,
      firmwareReports: all.toSorted((a, b) => a.atMs - b.atMs),
      alertHours,
    };
  }

  /** Takes what was published up to a time. */
  advance(publishedMs: number): NodeChange {
    const others = this.#others.until(publishedMs);
    const tagged = this.#tagged.until(publishedMs);
    for (const event of others) this.#status = joinFacts(this.#status, project([event], this.#intervalMs));
    for (const { tag } of tagged) this.#tags.add(tag);
    const change = this.#connect(this.#connections.until(publishedMs));
    if (others.length + tagged.length > 0) this.#facts = this.#factsNow();
    return change;
  }

  #connect(times: readonly ConnectionTime[]): NodeChange {
    const { excused } = this.#status;
    if (times.length === 0 && excused === this.#excused) return NO_CHANGE;
    this.#excused = excused;
    if (excused.length === 0) {
      const { from, removed } = this.#timeline.add(times);
      return changeOf(this.#timeline.transitions, from, removed);
    }
    const former = memberChanges(this.transitions);
    this.#timeline.add(times);
    const { transitions } = this.#timeline;
    this.#faults = [...faultTransitions({ transitions, excused })];
    return { removed: former, added: memberChanges(this.#faults) };
  }

  #factsNow(): NodeFacts {
    const config = this.#status.config ?? this.#stored?.config;
    return nodeFactsOf({ nodeId: this.nodeId, config, tags: [...this.#tags].sort() });
  }
}

/** The change before the first that is another now decides with it when the node is forgotten; and the one before that what it changes. */
function changeOf(all: readonly Transition[], from: number, removed: readonly Transition[]): NodeChange {
  const first = Math.max(0, from - 1);
  const kept = all.slice(Math.max(0, first - 1), from);
  const start = first > 0 ? 1 : 0;
  return {
    removed: memberChanges([...kept, ...removed], start),
    added: memberChanges([...kept, ...all.slice(from)], start),
  };
}

/** What was stored of a node that is from before the events that were read. */
function before(
  stored: NodeRecord,
  events: NodeEvents,
  nodeId: string,
  { intervalMs, readFromMs }: { readonly intervalMs: number; readonly readFromMs: number },
): NodeRecord {
  const { transitions } = events.recordOf(nodeId, Number.POSITIVE_INFINITY, intervalMs);
  const firstMs = transitions[0]?.atMs ?? Number.POSITIVE_INFINITY;
  return {
    ...stored,
    transitions: stored.transitions.filter(({ atMs }) => atMs < firstMs),
    firmwareReports: stored.firmwareReports.filter(({ atMs }) => atMs < readFromMs),
  };
}

/** Values in the order in which they were published. */
class Sent<T extends { readonly sentAtMs: number }> {
  readonly #values: readonly T[];
  #taken = 0;

  constructor(values: readonly T[]) {
    this.#values = values.toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  }

  /** Takes those that were published up to a time. */
  until(publishedMs: number): readonly T[] {
    const from = this.#taken;
    while ((this.#values[this.#taken]?.sentAtMs ?? Number.POSITIVE_INFINITY) <= publishedMs) this.#taken += 1;
    return this.#values.slice(from, this.#taken);
  }
}
