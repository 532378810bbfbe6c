import { appliesTo } from "@rainhooks/conditions/condition";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { NodeAttributes } from "@rainhooks/core/node-attributes";
import type { Transition } from "@rainhooks/node-status/transition";
import type { Episode } from "../episode.ts";
import { evaluate, evaluatedFromMs } from "../evaluate.ts";
import { faultTransitions } from "../faults.ts";
import type { NodeHistory, ValuePoint } from "../history.ts";
import { evaluateOutages, type OutageVersion, outageVersions } from "../outage/evaluate-outages.ts";
import { type Outage, outagesOf } from "../outage/hold.ts";
import { isGroupKind, type RuleVersion } from "../rule/rule.ts";
import type { NodeRecord } from "../stores/node-record.ts";
import { historyOf, nodeFactsOf } from "../sweep/node-history.ts";
import { type MentionsTypes, mentionsTypes } from "./mentions.ts";
import { FleetEvents, NodeEvents } from "./node-events.ts";
import { alarmEventTypes, type BackTestNeeds, backTestNeeds } from "./wanted.ts";

/** What to test. Times are epoch milliseconds. */
export interface BackTestOptions {
  readonly versions: readonly RuleVersion[];
  /** Alarms that began in `[fromMs, toMs)` are returned. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Interval at which the stage stores when a node was seen. @defaultValue an hour */
  readonly seenIntervalMs?: number;
}

/** A series whose first value in a back-test does not show what was before. */
export interface OpenSeries {
  readonly nodeId: string;
  readonly name: string;
  /** Time of its first value, epoch milliseconds. */
  readonly beforeMs: number;
}

/**
 * Tries rules on events of the past, with the function that the sweep evaluates. It sends and stores nothing.
 */
export class BackTest {
  readonly #events: FleetEvents;
  #options: BackTestOptions;
  readonly #wanted: BackTestNeeds;
  readonly #stored = new Map<string, NodeRecord>();
  #outages: readonly Outage[] | undefined;
  /**
   * Reads a line of the archive, and returns false if it certainly has no event that changes an alarm: it
   * need not be decoded.
   */
  readonly mentions: MentionsTypes;

  constructor(options: BackTestOptions) {
    this.#options = options;
    const rules = options.versions.map(({ rule }) => rule);
    this.#wanted = backTestNeeds(rules, options.seenIntervalMs ?? HOUR_MS);
    this.#events = new FleetEvents(this.#wanted);
    this.mentions = mentionsTypes(alarmEventTypes(this.#wanted));
  }

  /** Adds an event; their order and repetition do not matter. */
  add(event: RainmakerEvent): void {
    this.#outages = undefined;
    this.#events.add(event);
  }

  /**
   * Adds what a stage has stored of a node. Rules about groups need it: the share of a group is known only
   * with the nodes that have not changed. What events say comes first.
   */
  addStored(record: NodeRecord): void {
    this.#outages = undefined;
    this.#stored.set(record.nodeId, record);
  }

  /** Ends the range earlier: events from this time on have not been added. */
  endAt(toMs: number): void {
    this.#outages = undefined;
    this.#options = { ...this.#options, toMs: Math.min(toMs, this.#options.toMs) };
  }

  /** Returns the alarms that all events together show, oldest first. */
  alarms(): Episode[] {
    const { fromMs, toMs } = this.#options;
    const episodes = this.#ofGroups().filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
    for (const [version, history] of this.#allHistories()) episodes.push(...this.#shown(version, history));
    return episodes.toSorted((a, b) => a.startMs - b.startMs || (a.alarmId < b.alarmId ? -1 : 1));
  }

  /**
   * Returns the series whose alarms depend on values from before the first one that was added: whether there
   * are any, and whether they were out of bounds. {@link addEarlier} says so.
   */
  openSeries(): OpenSeries[] {
    const series = new Map<string, OpenSeries>();
    for (const [version, history] of this.#allHistories()) {
      const { name, points: [first] = [], complete } = history.series ?? {};
      if (name === undefined || first === undefined || complete === true) continue;
      const nodeId = history.node.id;
      if (evaluatedFromMs(version.rule, history) > first.atMs)
        series.set(JSON.stringify([nodeId, name]), { nodeId, name, beforeMs: first.atMs });
    }
    return [...series.values()];
  }

  /**
   * Adds values of a series from before those that were added, as a sweep reads them: a day back.
   *
   * @param isComplete True: there are no earlier ones.
   */
  addEarlier({ nodeId, name }: OpenSeries, points: readonly ValuePoint[], isComplete: boolean): void {
    const series = this.#events.nodes.get(nodeId)?.series.get(name);
    if (series === undefined) return;
    series.add(points);
    series.isComplete = isComplete;
  }

  #shown(version: RuleVersion, history: NodeHistory): Episode[] {
    if (appliesTo(version.rule.where, history.node) !== true) return [];
    const { fromMs, toMs } = this.#options;
    return evaluate(version, history, toMs).filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  }

  #ofGroups(): Episode[] {
    const { versions } = this.#options;
    return outageVersions(versions).flatMap((version) => this.#groupEpisodes(version));
  }

  #groupEpisodes(version: OutageVersion): Episode[] {
    const { fromMs, toMs } = this.#options;
    const nodes = [...this.#fleet()].map((record) => ({
      facts: nodeFactsOf(record),
      transitions: faultTransitions(record),
    }));
    return [...evaluateOutages(version, nodes, fromMs - DAY_MS, toMs).byGroup.values()].flat();
  }

  /** All nodes, with what is stored of them from before their first events. */
  *#fleet(): Generator<NodeRecord> {
    for (const nodeId of new Set([...this.#events.nodes.keys(), ...this.#stored.keys()])) {
      const node = this.#events.nodes.get(nodeId) ?? new NodeEvents();
      yield withStored(this.#recordOf(nodeId, node), this.#stored.get(nodeId));
    }
  }

  #outagesOf(node: NodeAttributes): Outage[] {
    this.#outages ??= outageVersions(this.#options.versions).flatMap((version) =>
      this.#groupEpisodes(version).map(({ nodeId, raisedMs, endMs }) => ({
        rule: version.rule,
        version: version.version,
        group: nodeId,
        raisedMs,
        endMs,
      })),
    );
    return outagesOf(this.#outages, node);
  }

  #recordOf(nodeId: string, node: NodeEvents): NodeRecord {
    const record = node.recordOf(nodeId, this.#wanted.intervalMs);
    const stored = this.#stored.get(nodeId);
    if (stored === undefined && node.tags.length === 0) return record;
    const { config, tags = [] } = stored ?? {};
    return { ...record, config: record.config ?? config, tags: [...new Set([...node.tags, ...tags])] };
  }

  /** Each version of a rule about nodes or series, with the history of each of them. */
  *#allHistories(): Generator<[RuleVersion, NodeHistory]> {
    const versions = this.#options.versions.filter(({ rule }) => !isGroupKind(rule.kind));
    for (const [nodeId, node] of versions.length === 0 ? [] : this.#events.nodes)
      for (const version of versions)
        for (const history of this.#historiesOf(nodeId, node, version)) yield [version, history];
  }

  /** The history of a node for a rule; for a rule about a series that of the series, if there is one. */
  #historiesOf(nodeId: string, node: NodeEvents, { rule }: RuleVersion): NodeHistory[] {
    const history = historyOf(this.#recordOf(nodeId, node), 0);
    if (!("series" in rule)) {
      const outages = this.#outagesOf(history.node);
      return [outages.length === 0 ? history : { ...history, outages }];
    }
    const series = node.series.get(rule.series);
    if (series === undefined) return [];
    const values = { name: rule.series, points: series.inOrder(), complete: series.isComplete };
    return [{ ...history, fromMs: 0, series: values }];
  }
}

function withStored(record: NodeRecord, stored: NodeRecord | undefined): NodeRecord {
  if (stored === undefined) return record;
  return { ...record, transitions: changesWithStored(record.transitions, stored.transitions) };
}

/** Returns the changes of a node, and those stored that were before the first of them. */
function changesWithStored(changes: readonly Transition[], stored: readonly Transition[]): Transition[] {
  const firstMs = changes[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const all = [...stored.filter(({ atMs }) => atMs < firstMs), ...changes];
  return all.filter(({ state }, index) => state !== all[index - 1]?.state);
}
