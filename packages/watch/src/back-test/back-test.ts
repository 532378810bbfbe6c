import { DAY_MS, HOUR_MS, type MentionsTypes, mentionsTypes, type RainmakerEvent } from "@rainhooks/core";
import type { NodeRecord, Transition } from "@rainhooks/node-status";
import { changesBetween } from "../compare.ts";
import { appliesTo, type NodeFacts } from "../condition/condition.ts";
import type { Episode } from "../episode.ts";
import { evaluate, evaluatedFromMs } from "../evaluate.ts";
import { faultTransitions } from "../faults.ts";
import type { NodeHistory } from "../history.ts";
import { evaluateOutages, type OutageVersion, outageVersions } from "../outage/evaluate-outages.ts";
import { type Outage, outagesOf } from "../outage/hold.ts";
import {
  RegressionEvaluation,
  type RegressionVersion,
  regressionVersions,
} from "../regression/evaluate-regressions.ts";
import { isGroupKind, type RuleVersion } from "../rule/rule.ts";
import { historyOf, nodeFactsOf } from "../sweep/evaluate-node.ts";
import { FleetEvents, NodeEvents } from "./node-events.ts";
import { type SeenChange, seenByFleet } from "./seen-fleet.ts";
import { sweepTimes } from "./sweep-times.ts";
import { type Wanted, wantedBy, wantedTypes } from "./wanted.ts";

/** What to test. Times are epoch milliseconds. */
export interface BackTestOptions {
  readonly versions: readonly RuleVersion[];
  /** Alarms that began in `[fromMs, toMs)` are returned. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Interval at which the stage stores when a node was seen. @defaultValue an hour */
  readonly seenIntervalMs?: number;
}

/**
 * Tries rules on events of the past, with the function that the sweep evaluates. It sends and stores nothing.
 *
 * @example
 * ```ts
 * import { BackTest, readRule } from "@rainhooks/watch";
 *
 * const rule = readRule('{ "name": "offline-10m", "kind": "offline", "for": "10m" }');
 * const versions = [{ rule, version: 1, fromMs: 0, untilMs: undefined }];
 * const test = new BackTest({ versions, fromMs: 0, toMs: Date.UTC(2024, 10, 24) });
 * console.log(test.alarms()); // []
 * ```
 */
export class BackTest {
  readonly #events: FleetEvents;
  #options: BackTestOptions;
  readonly #wanted: Wanted;
  readonly #stored = new Map<string, NodeRecord>();
  #outages: readonly Outage[] | undefined;
  /** Reads a line of the archive, and returns false if it certainly has no event that changes an alarm: it need not be decoded. */
  readonly mentions: MentionsTypes;

  constructor(options: BackTestOptions) {
    this.#options = options;
    const rules = options.versions.map(({ rule }) => rule);
    this.#wanted = wantedBy(rules, options.seenIntervalMs ?? HOUR_MS);
    this.#events = new FleetEvents(this.#wanted);
    this.mentions = mentionsTypes(wantedTypes(this.#wanted));
  }

  /** How long before the range events must be added, milliseconds: so that the state at its start is known of most nodes. */
  get leadMs(): number {
    const windows = regressionVersions(this.#options.versions).map(({ rule }) => rule.windowMs);
    return DAY_MS + Math.max(0, ...windows);
  }

  /** Adds an event; their order and repetition do not matter. */
  add(event: RainmakerEvent): void {
    this.#outages = undefined;
    this.#events.add(event);
  }

  /**
   * Adds what a stage has stored of a node. Rules about groups need it: the share of a group is known only with the nodes that have not changed, and the
   * firmware of a node only if it has reported it. What events say comes first.
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
    const versions = this.#options.versions.filter(({ rule }) => !isGroupKind(rule.kind));
    for (const [nodeId, node] of versions.length === 0 ? [] : this.#events.nodes)
      for (const version of versions)
        episodes.push(...this.#shown(nodeId, node, version, toMs, Number.POSITIVE_INFINITY).episodes);
    return this.#inOrder(episodes);
  }

  /**
   * Returns what a sweep every minute would have found, by what had been published by then, in order. Nodes' alarms are held back by outages as all events
   * together show them.
   */
  asSeen(): SeenChange[] {
    const { versions } = this.#options;
    const ofNodes = versions.filter(({ rule }) => !isGroupKind(rule.kind));
    const changes = ofNodes.length === versions.length ? [] : this.#seenOfGroups();
    for (const [nodeId, node] of ofNodes.length === 0 ? [] : this.#events.nodes)
      for (const version of ofNodes)
        for (const change of this.#seen(nodeId, node, version)) changes.push(change);
    return changes.toSorted((a, b) => a.atMs - b.atMs);
  }

  #seenOfGroups(): SeenChange[] {
    return seenByFleet({
      ...this.#options,
      events: this.#events.nodes,
      stored: this.#stored,
      readFromMs: this.#options.fromMs - this.leadMs,
      intervalMs: this.#wanted.intervalMs,
    });
  }

  #seen(nodeId: string, node: NodeEvents, version: RuleVersion): SeenChange[] {
    const changes: SeenChange[] = [];
    let stored: readonly Episode[] = [];
    for (const atMs of sweepTimes(node, version.rule, this.#wanted.intervalMs, this.#options.toMs)) {
      const { episodes, fromMs } = this.#shown(nodeId, node, version, atMs, atMs);
      const comparable = stored.filter(({ startMs }) => startMs >= fromMs);
      for (const change of changesBetween(comparable, episodes)) changes.push({ atMs, change });
      stored = [...stored.filter(({ startMs }) => startMs < fromMs), ...episodes];
    }
    return changes;
  }

  #shown(nodeId: string, node: NodeEvents, version: RuleVersion, nowMs: number, publishedMs: number) {
    const history = this.#historyOf(nodeId, node, version, publishedMs);
    if (appliesTo(version.rule.where, history.node) !== true)
      return { episodes: [], fromMs: Number.NEGATIVE_INFINITY };
    const { fromMs, toMs } = this.#options;
    const episodes = evaluate(version, history, nowMs).filter(
      ({ startMs }) => startMs >= fromMs && startMs < toMs,
    );
    return { episodes, fromMs: evaluatedFromMs(version.rule, history) };
  }

  #ofGroups(): Episode[] {
    const { versions } = this.#options;
    const outages = outageVersions(versions).flatMap((version) => this.#groupEpisodes(version));
    const regressions = regressionVersions(versions).flatMap((version) => this.#regressionsUnder(version));
    return [...outages, ...regressions];
  }

  #groupEpisodes(version: OutageVersion): Episode[] {
    const { fromMs, toMs } = this.#options;
    const nodes = [...this.#fleet()].map((record) => ({
      facts: nodeFactsOf(record),
      transitions: faultTransitions(record),
    }));
    return [...evaluateOutages(version, nodes, fromMs - DAY_MS, toMs).byGroup.values()].flat();
  }

  #regressionsUnder(version: RegressionVersion): Episode[] {
    const { fromMs, toMs } = this.#options;
    const [firstMs, lastMs] = [fromMs, toMs].map((atMs) => Math.floor(atMs / HOUR_MS) * HOUR_MS) as [
      number,
      number,
    ];
    const evaluation = new RegressionEvaluation(version, firstMs, lastMs);
    for (const record of this.#fleet())
      evaluation.add(nodeFactsOf(record), { ...record, transitions: faultTransitions(record) });
    return [...evaluation.episodes(toMs, new Map()).values()].flat();
  }

  /** All nodes, with what is stored of them from before their first events. */
  *#fleet(): Generator<NodeRecord> {
    for (const nodeId of new Set([...this.#events.nodes.keys(), ...this.#stored.keys()])) {
      const node = this.#events.nodes.get(nodeId) ?? new NodeEvents();
      yield withStored(this.#recordOf(nodeId, node, Number.POSITIVE_INFINITY), this.#stored.get(nodeId));
    }
  }

  #outagesOf(node: NodeFacts): Outage[] {
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

  #recordOf(nodeId: string, node: NodeEvents, publishedMs: number): NodeRecord {
    const record = node.recordOf(nodeId, publishedMs, this.#wanted.intervalMs);
    const stored = this.#stored.get(nodeId);
    const own = node.tags(publishedMs);
    if (stored === undefined && own.length === 0) return record;
    const { config, tags = [] } = stored ?? {};
    return { ...record, config: record.config ?? config, tags: [...new Set([...own, ...tags])] };
  }

  #historyOf(nodeId: string, node: NodeEvents, { rule }: RuleVersion, publishedMs: number): NodeHistory {
    const history = historyOf(this.#recordOf(nodeId, node, publishedMs), 0);
    if (!("series" in rule)) {
      const outages = this.#outagesOf(history.node);
      return outages.length === 0 ? history : { ...history, outages };
    }
    const points = node.pointsOf(rule.series, publishedMs);
    return { ...history, fromMs: 0, series: { name: rule.series, points, complete: false } };
  }

  #inOrder(episodes: readonly Episode[]): Episode[] {
    return episodes.toSorted((a, b) => a.startMs - b.startMs || (a.alarmId < b.alarmId ? -1 : 1));
  }
}

function withStored(record: NodeRecord, stored: NodeRecord | undefined): NodeRecord {
  if (stored === undefined) return record;
  const all = [...stored.firmwareReports, ...record.firmwareReports];
  return {
    ...record,
    transitions: changesWithStored(record.transitions, stored.transitions),
    firmwareReports: all.toSorted((a, b) => a.atMs - b.atMs),
  };
}

/** Returns the changes of a node, and those stored that were before the first of them. */
function changesWithStored(changes: readonly Transition[], stored: readonly Transition[]): Transition[] {
  const firstMs = changes[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const all = [...stored.filter(({ atMs }) => atMs < firstMs), ...changes];
  return all.filter(({ state }, index) => state !== all[index - 1]?.state);
}
