import { HOUR_MS } from "@rainhooks/core";
import type { Change } from "../compare.ts";
import type { Episode } from "../episode.ts";
import {
  type EarlierAlarm,
  REGRESSIONS_BACK_MS,
  REGRESSIONS_SETTLED_MS,
  RegressionEvaluation,
  type RegressionVersion,
} from "../regression/evaluate-regressions.ts";
import type { GrowingNode } from "./growing-node.ts";
import { isLasting, SeenGroups } from "./seen-groups.ts";

/** What sweeps would have found under a rule about firmwares, while more and more is known of the nodes: once an hour. */
export class SeenRegressions {
  readonly #version: RegressionVersion;
  readonly #isInRange: (episode: Episode) => boolean;
  readonly #seen = new SeenGroups();

  constructor(version: RegressionVersion, isInRange: (episode: Episode) => boolean) {
    this.#version = version;
    this.#isInRange = isInRange;
  }

  /** Returns what the sweep of a minute would have changed. */
  sweep(nowMs: number, nodes: Iterable<GrowingNode>): Change[] {
    const markMs = nowMs - REGRESSIONS_SETTLED_MS;
    const { fromMs: begunMs, untilMs = Number.POSITIVE_INFINITY } = this.#version;
    const fromMs = markMs - REGRESSIONS_BACK_MS;
    if (markMs % HOUR_MS !== 0 || begunMs > nowMs || untilMs <= fromMs) return [];
    const evaluation = new RegressionEvaluation(this.#version, fromMs, markMs);
    for (const node of nodes) evaluation.add(node.facts, node.firmwareHistory);
    const byGroup = evaluation.episodes(nowMs, this.#earlier(fromMs));
    const isCompared = (episode: Episode) => episode.startMs >= fromMs || isLasting(episode);
    const lasting = [...this.#seen.groups].filter((group) => this.#seen.of(group).some(isLasting));
    return [...new Set([...byGroup.keys(), ...lasting])].flatMap((group) =>
      this.#seen.compare(group, byGroup.get(group)?.filter(this.#isInRange), isCompared, nowMs),
    );
  }

  /** The newest alarm of each group that began before a time. */
  #earlier(fromMs: number): Map<string, EarlierAlarm> {
    const found = new Map<string, EarlierAlarm>();
    for (const group of this.#seen.groups) {
      const before = this.#seen.of(group).filter(({ startMs }) => startMs < fromMs);
      const last = before.toSorted((a, b) => a.startMs - b.startMs).at(-1);
      if (last === undefined) continue;
      const { startMs, memberCount = 0, ratio = 0 } = last;
      found.set(group, { startMs, isOpen: isLasting(last), memberCount, ratio });
    }
    return found;
  }
}
