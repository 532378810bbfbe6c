import { appliesTo, type NodeAttributes } from "@rainhooks/conditions";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import { type Episode, episodeOf } from "../episode.ts";
import { compareFirmware, isRegression } from "../kinds/regression.ts";
import type { RegressionRule, RuleVersion } from "../rule/rule.ts";
import { RegressionCounts } from "./counts.ts";
import type { FirmwareHistory } from "./node-hours.ts";

/** A version of a rule about firmwares. */
export interface RegressionVersion extends RuleVersion {
  readonly rule: RegressionRule;
}

/** Returns the versions that are about firmwares. */
export function regressionVersions(versions: readonly RuleVersion[]): RegressionVersion[] {
  return versions.filter((version): version is RegressionVersion => version.rule.kind === "regression");
}

/** How far back regressions are evaluated: a change that comes later than this changes none. */
export const REGRESSIONS_BACK_MS = DAY_MS;
/** How long after a full hour it is evaluated, so that most of its events have arrived. */
export const REGRESSIONS_SETTLED_MS = 5 * MINUTE_MS;

/** An alarm lasts this much longer than its condition, so that it does not end and begin again at the limit. */
const REST_HOURS = 6;
const REST_MS = REST_HOURS * HOUR_MS;

/** An alarm of a firmware that began before the range that is evaluated. */
export interface EarlierAlarm {
  readonly startMs: number;
  readonly isOpen: boolean;
  readonly memberCount: number;
  readonly ratio: number;
}

/**
 * Finds firmwares whose nodes drop, or send alerts, more often than those with the others. Each full hour, the window before it is compared. Like `evaluate`,
 * this is a pure function of what is stored. The subject of a regression is `firmware:` and the firmware.
 */
export class RegressionEvaluation {
  readonly version: RegressionVersion;
  readonly #counts: RegressionCounts;
  readonly #fromMs: number;
  readonly #firstMs: number;
  readonly #marks: number;

  /**
   * @param fromMs Alarms that began from this full hour on are evaluated, epoch milliseconds.
   * @param lastMs The last full hour.
   */
  constructor(version: RegressionVersion, fromMs: number, lastMs: number) {
    this.version = version;
    this.#fromMs = fromMs;
    this.#firstMs = fromMs - REST_MS;
    this.#marks = Math.round((lastMs - this.#firstMs) / HOUR_MS) + 1;
    this.#counts = new RegressionCounts(version.rule, { firstMs: this.#firstMs, lastMs });
  }

  /** From when on the history of nodes is needed, epoch milliseconds. */
  get neededFromMs(): number {
    return this.#counts.fromMs;
  }

  /** True if there are more firmwares than can be counted: some are left out. */
  get isFull(): boolean {
    return this.#counts.isFull;
  }

  /** Adds a node; each once. */
  add(facts: NodeAttributes, history: FirmwareHistory): void {
    if (appliesTo(this.version.rule.where, facts) === true) this.#counts.add(history);
  }

  /**
   * Returns the alarms by their groups, as they are at `nowMs`.
   *
   * @param earlier The newest alarm of each group that began before `fromMs`.
   */
  episodes(nowMs: number, earlier: ReadonlyMap<string, EarlierAlarm>): Map<string, readonly Episode[]> {
    const byGroup = new Map<string, readonly Episode[]>();
    const groups = new Set([...this.#counts.firmwares.map(groupOf), ...earlier.keys()]);
    for (const group of groups) {
      const spans = this.#spansOf(group.slice(groupOf("").length), earlier.get(group));
      byGroup.set(
        group,
        spans.flatMap(({ memberCount, ratio, ...span }) => {
          const episode = episodeOf(
            this.version,
            { nodeId: group },
            { ...span, raisedMs: span.startMs },
            nowMs,
          );
          return episode === undefined ? [] : [{ ...episode, memberCount, members: [], ratio }];
        }),
      );
    }
    return byGroup;
  }

  #spansOf(firmware: string, earlier: EarlierAlarm | undefined): RegressionSpan[] {
    const spans: RegressionSpan[] = [];
    for (let mark = 0; mark < this.#marks; mark += 1) {
      const found = this.#holdsAt(firmware, mark);
      if (found === undefined) continue;
      const last = spans.at(-1);
      if (last !== undefined && found.startMs <= last.endMs) last.endMs = found.endMs;
      else spans.push(found);
    }
    return this.#withEarlier(spans, earlier);
  }

  #holdsAt(firmware: string, mark: number): RegressionSpan | undefined {
    const { rule } = this.version;
    const counts = this.#counts.at(firmware, mark);
    const compared = counts && compareFirmware(rule, counts);
    if (counts === undefined || compared === undefined || !isRegression(rule, compared)) return undefined;
    const startMs = this.#firstMs + mark * HOUR_MS;
    const ratio = Math.round(compared.ratio * 10) / 10;
    return { startMs, endMs: startMs + REST_MS, memberCount: counts.own.nodes, ratio };
  }

  /** What lasts since before the range is known from the alarm that is stored, and not from events that are no longer stored. */
  #withEarlier(spans: readonly RegressionSpan[], earlier: EarlierAlarm | undefined): RegressionSpan[] {
    const [first, ...rest] = spans;
    const isEarlier = first !== undefined && first.startMs < this.#fromMs;
    const own = isEarlier ? rest : [...spans];
    if (earlier?.isOpen === true) {
      const { startMs, memberCount, ratio } = earlier;
      return [{ startMs, endMs: isEarlier ? first.endMs : this.#fromMs, memberCount, ratio }, ...own];
    }
    const isNew = isEarlier && earlier === undefined && this.version.fromMs >= this.#firstMs;
    return isNew ? [first, ...own] : own;
  }
}

interface RegressionSpan {
  readonly startMs: number;
  endMs: number;
  readonly memberCount: number;
  readonly ratio: number;
}

function groupOf(firmware: string): string {
  return `firmware:${firmware}`;
}
