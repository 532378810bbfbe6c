import { type Change, changesBetween } from "../compare.ts";
import type { Episode } from "../episode.ts";

/** The alarms about groups under a version of a rule, as sweeps would have stored them. */
export class SeenGroups {
  readonly #byGroup = new Map<string, readonly Episode[]>();
  readonly #lasting = new Map<string, number>();

  /** Alarms of a group that were not taken back. */
  of(group: string): readonly Episode[] {
    return this.#byGroup.get(group) ?? [];
  }

  get groups(): Iterable<string> {
    return this.#byGroup.keys();
  }

  /** When the oldest alarm that lasts began, epoch milliseconds; infinite if none lasts. */
  get lastingFromMs(): number {
    let fromMs = Number.POSITIVE_INFINITY;
    for (const startMs of this.#lasting.values()) fromMs = Math.min(fromMs, startMs);
    return fromMs;
  }

  /**
   * Returns what a sweep would have changed, and takes it.
   *
   * @param shown The alarms that what was known showed; `undefined` if there was no such group any more: what lasts is closed, and the rest is left as it is.
   * @param isCompared Which alarms are compared with those.
   */
  compare(
    group: string,
    shown: readonly Episode[] | undefined,
    isCompared: (episode: Episode) => boolean,
    nowMs: number,
  ): Change[] {
    const stored = this.of(group);
    const compared = new Set(stored.filter(shown === undefined ? isLasting : isCompared));
    const after =
      shown ?? [...compared].map((one): Episode => ({ ...one, endMs: nowMs, ended: "rule-changed" }));
    const byId = new Map(stored.map((one) => [one.alarmId, one]));
    const changes = changesBetween([...compared], after).filter((change) => isShown(change, byId));
    if (stored.length + after.length > 0)
      this.#set(group, [...stored.filter((one) => !compared.has(one)), ...after]);
    return changes;
  }

  #set(group: string, episodes: readonly Episode[]): void {
    this.#byGroup.set(group, episodes);
    const starts = episodes.filter(isLasting).map(({ startMs }) => startMs);
    if (starts.length === 0) this.#lasting.delete(group);
    else this.#lasting.set(group, Math.min(...starts));
  }
}

/** When an outage would end if no node came back changes with each that does: nobody is told. */
function isShown(change: Change, byId: ReadonlyMap<string, Episode>): boolean {
  if (change.kind !== "corrected") return true;
  const { alarmId, raisedMs, endMs, ended } = change.episode;
  const before = byId.get(alarmId);
  return before?.raisedMs !== raisedMs || before.endMs !== endMs || before.ended !== ended;
}

/** Returns true for an alarm that has not ended. */
export function isLasting({ endMs }: Episode): boolean {
  return endMs === undefined;
}
