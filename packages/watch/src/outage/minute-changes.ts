import type { MemberChange } from "../kinds/outage.ts";

/** What of the changes of a minute decides whether an outage begins or ends in it. */
export interface MinuteSummary {
  /** In order, one for each time. */
  readonly changes: readonly MemberChange[];
  readonly offlineBy: number;
  /** True if the state of nodes becomes known, or is forgotten. */
  readonly knows: boolean;
  /** How many nodes are offline after a change, relative to before the minute: at least, and at most. */
  readonly lowest: number;
  readonly highest: number;
}

/** The changes of a group in a minute: those at the same time are added up, so that one can be taken away again in one step. */
export class MinuteChanges {
  /** By their times. */
  readonly #changes = new Map<number, MemberChange>();
  #summary: MinuteSummary | undefined;

  /** Adds a change, or with `-1` takes one away that was added before. */
  add({ atMs, offlineBy, knownBy }: MemberChange, times: 1 | -1): void {
    const known = this.#changes.get(atMs);
    const sum = {
      atMs,
      offlineBy: (known?.offlineBy ?? 0) + times * offlineBy,
      knownBy: (known?.knownBy ?? 0) + times * knownBy,
    };
    if (sum.offlineBy === 0 && sum.knownBy === 0) this.#changes.delete(atMs);
    else this.#changes.set(atMs, sum);
    this.#summary = undefined;
  }

  get isEmpty(): boolean {
    return this.#changes.size === 0;
  }

  get summary(): MinuteSummary {
    this.#summary ??= summaryOf([...this.#changes.values()].sort((a, b) => a.atMs - b.atMs));
    return this.#summary;
  }
}

function summaryOf(changes: readonly MemberChange[]): MinuteSummary {
  let offlineBy = 0;
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const change of changes) {
    offlineBy += change.offlineBy;
    lowest = Math.min(lowest, offlineBy);
    highest = Math.max(highest, offlineBy);
  }
  return { changes, offlineBy, knows: changes.some(({ knownBy }) => knownBy !== 0), lowest, highest };
}
