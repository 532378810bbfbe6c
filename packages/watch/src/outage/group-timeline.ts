import { MINUTE_MS } from "@rainhooks/core";
import type { Span } from "../episode.ts";
import { isLongEnough, type MemberChange, missingNodes } from "../kinds/outage.ts";
import type { OutageRule } from "../rule/rule.ts";
import { MinuteChanges, type MinuteSummary } from "./minute-changes.ts";

/** What is known of a group at a time. */
interface GroupState {
  readonly offline: number;
  readonly known: number;
  /** Since when it has an outage, epoch milliseconds. */
  readonly startMs: number | undefined;
}

interface Minute {
  readonly fromMs: number;
  readonly own: MinuteChanges;
  /** The group before these changes. */
  before: GroupState;
}

/** An outage that has ended. */
interface EndedSpan {
  readonly startMs: number;
  readonly endMs: number;
}

const AT_FIRST: GroupState = { offline: 0, known: 0, startMs: undefined };

/**
 * The outages of a group while changes of its nodes come and go, in any order: always those that `outagesIn` returns. A minute in which no outage can
 * begin or end is passed in one step. So an update takes a step for each minute from the first that has changed on, and one for each change in those in
 * which an outage begins or ends, or in which nodes become known.
 */
export class GroupTimeline {
  readonly #rule: OutageRule;
  /** In order. */
  readonly #minutes: Minute[] = [];
  readonly #byTime = new Map<number, Minute>();
  /** Outages that have ended, in order. */
  #ended: EndedSpan[] = [];
  #last: GroupState = AT_FIRST;
  #changedFromMs = Number.POSITIVE_INFINITY;

  constructor(rule: OutageRule) {
    this.#rule = rule;
  }

  /** Adds changes, or with `-1` takes some away that were added before. */
  add(changes: readonly MemberChange[], times: 1 | -1 = 1): void {
    for (const change of changes) {
      const { fromMs, own } = this.#minuteOf(change.atMs);
      own.add(change, times);
      this.#changedFromMs = Math.min(this.#changedFromMs, fromMs);
      // When a node would be forgotten is in seven days: most come back long before.
      if (own.isEmpty) this.#remove(fromMs);
    }
  }

  /** Returns the outages that began from a time on, and lasted for long enough. */
  spansFrom(fromMs: number): Span[] {
    this.#update();
    const { forMs } = this.#rule;
    const first = this.#ended.findLastIndex(({ startMs }) => startMs < fromMs) + 1;
    const spans: { startMs: number; endMs: number | undefined }[] = this.#ended.slice(first);
    const { startMs } = this.#last;
    if (startMs !== undefined && startMs >= fromMs) spans.push({ startMs, endMs: undefined });
    return spans.map((span) => ({ ...span, raisedMs: span.startMs + forMs })).filter(isLongEnough);
  }

  #minuteOf(atMs: number): Minute {
    const fromMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    const known = this.#byTime.get(fromMs);
    if (known !== undefined) return known;
    const minute = { fromMs, own: new MinuteChanges(), before: AT_FIRST };
    this.#byTime.set(fromMs, minute);
    this.#minutes.splice(this.#indexOf(fromMs), 0, minute);
    return minute;
  }

  #remove(fromMs: number): void {
    this.#byTime.delete(fromMs);
    this.#minutes.splice(this.#indexOf(fromMs), 1);
  }

  /** Index of the first minute from a time on. */
  #indexOf(fromMs: number): number {
    let [low, high] = [0, this.#minutes.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.#minutes[middle]?.fromMs ?? fromMs) < fromMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Passes all minutes from the first that has changed on. */
  #update(): void {
    if (this.#changedFromMs === Number.POSITIVE_INFINITY) return;
    const first = this.#indexOf(this.#changedFromMs);
    this.#ended.length = this.#ended.findLastIndex(({ endMs }) => endMs < this.#changedFromMs) + 1;
    const previous = this.#minutes[first - 1];
    let state = previous === undefined ? AT_FIRST : this.#after(previous.before, previous.own.summary, []);
    for (let index = first; index < this.#minutes.length; index += 1) {
      const minute = this.#minutes[index];
      if (minute === undefined) continue;
      minute.before = state;
      state = this.#after(state, minute.own.summary, this.#ended);
    }
    this.#last = state;
    this.#changedFromMs = Number.POSITIVE_INFINITY;
  }

  /** @param ended Gets the outages that end in the minute. */
  #after(before: GroupState, summary: MinuteSummary, ended: EndedSpan[]): GroupState {
    let { offline, known, startMs } = before;
    if (this.#staysAsItIs(before, summary)) return { offline: offline + summary.offlineBy, known, startMs };
    for (const { atMs, offlineBy, knownBy } of summary.changes) {
      offline += offlineBy;
      known += knownBy;
      if (missingNodes(this.#rule, known, offline) <= 0) startMs ??= atMs;
      else if (startMs !== undefined) {
        ended.push({ startMs, endMs: atMs });
        startMs = undefined;
      }
    }
    return { offline, known, startMs };
  }

  #staysAsItIs({ offline, known, startMs }: GroupState, { knows, lowest, highest }: MinuteSummary): boolean {
    if (knows) return false;
    return startMs === undefined
      ? missingNodes(this.#rule, known, offline + highest) > 0
      : missingNodes(this.#rule, known, offline + lowest) <= 0;
  }
}
