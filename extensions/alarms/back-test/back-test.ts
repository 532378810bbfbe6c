import { appliesTo } from "@rainhooks/conditions/condition";
import { DAY_MS } from "@rainhooks/core/durations";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import type { Transition } from "@rainhooks/node-status/transition";
import type { Episode } from "../episode.ts";
import { evaluate } from "../evaluate.ts";
import type { NodeHistory } from "../history.ts";
import { evaluateOutages, outageVersions } from "../outage/evaluate-outages.ts";
import type { Outage } from "../outage/hold.ts";
import type { RuleVersion } from "../rule/rule.ts";
import { historyOf, type NodeRecord } from "../stores/node-record.ts";
import { type BackTestNeeds, backTestNeeds, type MentionsTypes, mentionsTypes } from "./needs.ts";
import { NodeEvents } from "./node-events.ts";

/** What to test. Times are epoch milliseconds. */
export interface BackTestOptions {
  readonly versions: readonly RuleVersion[];
  /** Alarms that began in `[fromMs, toMs)` are returned. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Tries rules on events of the past, with the function that the sweep evaluates. It sends and
 * stores nothing.
 */
export class BackTest {
  readonly #nodes = new Map<string, NodeEvents>();
  readonly #stored = new Map<string, NodeRecord>();
  readonly #needs: BackTestNeeds;
  readonly #options: BackTestOptions;
  /**
   * Reads a line of the archive, and returns false if it certainly has no event that changes an
   * alarm: it need not be decoded.
   */
  readonly mentions: MentionsTypes;

  constructor(options: BackTestOptions) {
    this.#options = options;
    const rules = options.versions.map(({ rule }) => rule);
    this.#needs = backTestNeeds(rules);
    this.mentions = mentionsTypes(this.#needs.types);
  }

  /** Adds an event; their order and repetition do not matter. */
  add(event: RainmakerEvent): void {
    if (!this.#needs.types.has(event.type)) return;
    for (const nodeId of nodesOf(event)) {
      const node = this.#nodes.get(nodeId) ?? new NodeEvents();
      this.#nodes.set(nodeId, node);
      node.add(event, this.#needs);
    }
  }

  /**
   * Adds what a stage has stored of a node. Rules about groups need it: the share of a group is
   * known only with the nodes that have not changed. What events say comes first.
   */
  addStored(record: NodeRecord): void {
    this.#stored.set(record.nodeId, record);
  }

  /**
   * Returns the alarms that all events together show, oldest first.
   *
   * @param toMs When the range ends if events from a time on have not been added.
   */
  alarms(toMs = this.#options.toMs): Episode[] {
    const { versions, fromMs } = this.#options;
    const ids = new Set([...this.#nodes.keys(), ...this.#stored.keys()]);
    const records = new Map([...ids].map((id) => [id, this.#recordOf(id)]));
    const episodes: Episode[] = [];
    const outages: Outage[] = [];
    for (const version of outageVersions(versions)) {
      const { byGroup } = evaluateOutages(version, records.values(), fromMs - DAY_MS, toMs);
      for (const episode of [...byGroup.values()].flat()) {
        episodes.push(episode);
        outages.push({ ...episode, rule: version.rule, group: episode.nodeId });
      }
    }
    for (const [nodeId, node] of this.#nodes) {
      const history = historyOf(records.get(nodeId) ?? this.#recordOf(nodeId), 0, outages);
      const about = versions.filter(({ rule }) => appliesTo(rule.where, history.node) === true);
      for (const version of about)
        episodes.push(...evaluate(version, historyFor(version, history, node, fromMs), toMs));
    }
    return episodes
      .filter(({ startMs }) => startMs >= fromMs && startMs < toMs)
      .toSorted((a, b) => a.startMs - b.startMs || (a.alarmId < b.alarmId ? -1 : 1));
  }

  /** What is known of a node, with what is stored of it from before its first events. */
  #recordOf(nodeId: string): NodeRecord {
    const record = (this.#nodes.get(nodeId) ?? new NodeEvents()).recordOf(nodeId);
    const stored = this.#stored.get(nodeId);
    if (stored === undefined) return record;
    return {
      ...record,
      config: record.config ?? stored.config,
      tags: [...new Set([...record.tags, ...stored.tags])],
      transitions: changesWithStored(record.transitions, stored.transitions),
    };
  }
}

/** Returns the history of a node, or of the series that a rule is about. */
function historyFor(
  { rule }: RuleVersion,
  history: NodeHistory,
  node: NodeEvents,
  fromMs: number,
): NodeHistory {
  if (!("series" in rule)) return history;
  const points = node.pointsOf(rule.series);
  // A series of which nothing came in the day before the range, which is read, too, has its first
  // values.
  const complete = (points[0]?.atMs ?? 0) >= fromMs;
  return { ...history, fromMs: 0, series: { name: rule.series, points, complete } };
}

/** Returns the changes of a node, and those stored that were before the first of them. */
function changesWithStored(
  changes: readonly Transition[],
  stored: readonly Transition[],
): Transition[] {
  const firstMs = changes[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const all = [...stored.filter(({ atMs }) => atMs < firstMs), ...changes];
  return all.filter(({ state }, index) => state !== all[index - 1]?.state);
}
