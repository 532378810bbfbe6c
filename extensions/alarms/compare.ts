import type { Episode } from "./episode.ts";

/** What becomes of an alarm when its node's history is evaluated again. */
export type Change =
  /** It is new, or is raised or ends at another time than was thought, or has no end after all. */
  | { readonly kind: "changed"; readonly episode: Episode }
  /** It began at another time than was thought: `was` is its former id. */
  | { readonly kind: "revised"; readonly episode: Episode; readonly was: string }
  /** It did not happen. */
  | { readonly kind: "retracted"; readonly alarmId: string };

/**
 * Returns what has to change so that the stored alarms of a node are those that its history shows. Both must
 * be of the same version of a rule and of the same range of starts.
 */
export function changesBetween(stored: readonly Episode[], shown: readonly Episode[]): Change[] {
  const storedById = new Map(stored.map((one) => [one.alarmId, one]));
  const shownIds = new Set(shown.map(({ alarmId }) => alarmId));
  const gone = stored.filter(({ alarmId }) => !shownIds.has(alarmId));
  const changes: Change[] = [];
  for (const episode of shown) {
    const before = storedById.get(episode.alarmId);
    if (before !== undefined) {
      if (!isSame(before, episode)) changes.push({ kind: "changed", episode });
    } else {
      const index = gone.findIndex((one) => overlap(one, episode));
      const [was] = index === -1 ? [] : gone.splice(index, 1);
      changes.push(
        was === undefined ? { kind: "changed", episode } : { kind: "revised", episode, was: was.alarmId },
      );
    }
  }
  return [...changes, ...gone.map(({ alarmId }) => ({ kind: "retracted", alarmId }) as const)];
}

function isSame(before: Episode, { reason = before.reason, ...episode }: Episode): boolean {
  const names = ["raisedMs", "endMs", "endsMs", "ended"] as const;
  return before.reason === reason && names.every((name) => before[name] === episode[name]);
}

function overlap(a: Episode, b: Episode): boolean {
  const end = ({ endMs = Number.POSITIVE_INFINITY }: Episode) => endMs;
  return a.startMs < end(b) && b.startMs < end(a);
}
