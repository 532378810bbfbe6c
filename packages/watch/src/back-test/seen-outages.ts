import { MINUTE_MS } from "@rainhooks/core";
import type { Change } from "../compare.ts";
import { type Episode, episodeOf } from "../episode.ts";
import { memberChanges, membersAway } from "../kinds/outage.ts";
import { OUTAGES_BACK_MS, type OutageVersion } from "../outage/evaluate-outages.ts";
import { GroupTimeline } from "../outage/group-timeline.ts";
import { groupsOf } from "../outage/groups.ts";
import type { GrowingNode, NodeChange } from "./growing-node.ts";
import { SeenGroups } from "./seen-groups.ts";

/** The nodes of a group, and its outages. */
interface Group {
  readonly timeline: GroupTimeline;
  readonly members: Set<GrowingNode>;
}

/**
 * What sweeps would have found under a rule about outages, while more and more is known of the nodes. A group is evaluated when something of its nodes has
 * changed, and when its outage is due.
 */
export class SeenOutages {
  readonly #version: OutageVersion;
  readonly #isInRange: (episode: Episode) => boolean;
  readonly #groups = new Map<string, Group>();
  readonly #groupsOfNode = new Map<GrowingNode, ReadonlySet<string>>();
  readonly #seen = new SeenGroups();
  /** Groups that must be evaluated by the sweep of a minute although nothing happens. */
  readonly #due = new Map<number, Set<string>>();
  #changed = new Set<string>();

  constructor(version: OutageVersion, isInRange: (episode: Episode) => boolean) {
    this.#version = version;
    this.#isInRange = isInRange;
  }

  /** Takes what has become known of a node. */
  add(node: GrowingNode, change: NodeChange): void {
    const before = this.#groupsOfNode.get(node) ?? NO_GROUPS;
    for (const group of before) this.#apply(group, change);
    const after = new Set(groupsOf(this.#version.rule, node.facts));
    this.#groupsOfNode.set(node, after);
    for (const group of before) if (!after.has(group)) this.#leave(group, node);
    for (const group of after) if (!before.has(group)) this.#join(group, node);
  }

  /** Returns what the sweep of a minute would have changed. */
  sweep(nowMs: number): Change[] {
    const changed = new Set([...this.#changed, ...(this.#due.get(nowMs) ?? []), ...this.#atVersion(nowMs)]);
    this.#changed = new Set();
    this.#due.delete(nowMs);
    if (changed.size === 0) return [];
    const fromMs = Math.min(nowMs - OUTAGES_BACK_MS, this.#seen.lastingFromMs);
    return [...changed].flatMap((group) => this.#evaluate(group, fromMs, nowMs));
  }

  #evaluate(name: string, fromMs: number, nowMs: number): Change[] {
    const group = this.#groupOf(name);
    const isThere = group.members.size >= this.#version.rule.count;
    const spans = isThere ? group.timeline.spansFrom(fromMs) : [];
    for (const { raisedMs, endMs } of spans)
      for (const atMs of [raisedMs, endMs]) if (atMs !== undefined && atMs > nowMs) this.#setDue(name, atMs);
    const stored = this.#seen.of(name);
    if (spans.length + stored.length === 0) return [];
    const known = new Map(stored.map((one) => [one.alarmId, one]));
    const shown = spans
      .map((span) => episodeOf(this.#version, { nodeId: name }, span, nowMs))
      .filter((one) => one !== undefined)
      .filter(this.#isInRange)
      .map((one) => withMembers(one, known.get(one.alarmId), group));
    return this.#seen.compare(name, isThere ? shown : undefined, ({ startMs }) => startMs >= fromMs, nowMs);
  }

  /** A version that begins or ends changes all. */
  #atVersion(nowMs: number): Iterable<string> {
    const { fromMs, untilMs } = this.#version;
    const isNow = (atMs: number | undefined) => atMs !== undefined && sweepAt(atMs) === nowMs;
    return isNow(fromMs) || isNow(untilMs) ? this.#groups.keys() : [];
  }

  #setDue(group: string, atMs: number): void {
    const sweepMs = sweepAt(atMs);
    const due = this.#due.get(sweepMs) ?? new Set();
    this.#due.set(sweepMs, due.add(group));
  }

  #apply(name: string, { removed, added }: NodeChange): void {
    if (removed.length + added.length === 0) return;
    const { timeline } = this.#groupOf(name);
    timeline.add(removed, -1);
    timeline.add(added);
    this.#changed.add(name);
  }

  #join(name: string, node: GrowingNode): void {
    this.#groupOf(name).members.add(node);
    this.#changed.add(name);
    this.#apply(name, { removed: [], added: memberChanges(node.transitions) });
  }

  #leave(name: string, node: GrowingNode): void {
    this.#groupOf(name).members.delete(node);
    this.#changed.add(name);
    this.#apply(name, { removed: memberChanges(node.transitions), added: [] });
  }

  #groupOf(name: string): Group {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = { timeline: new GroupTimeline(this.#version.rule), members: new Set<GrowingNode>() };
    this.#groups.set(name, group);
    return group;
  }
}

const NO_GROUPS: ReadonlySet<string> = new Set();

/** Returns the first sweep from a time on: there is one each minute. */
function sweepAt(atMs: number): number {
  return Math.ceil(atMs / MINUTE_MS) * MINUTE_MS;
}

/** An alarm says which nodes were offline when it was raised, as far as this was known then. */
function withMembers(episode: Episode, known: Episode | undefined, { members }: Group): Episode {
  if (known?.raisedMs !== episode.raisedMs) return { ...episode, ...membersAway(members, episode.raisedMs) };
  return { ...episode, memberCount: known.memberCount, members: known.members };
}
