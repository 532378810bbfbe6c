import type { Episode } from "./episode.ts";

/** What becomes of an alarm when its node's history is evaluated again. */
export type Change =
  | { readonly kind: "raised"; readonly episode: Episode }
  | { readonly kind: "cleared"; readonly episode: Episode }
  /** It had ended, and now it is known to last: an event came late. */
  | { readonly kind: "reopened"; readonly episode: Episode }
  /** It was raised or ends at another time than was thought, or will. */
  | { readonly kind: "corrected"; readonly episode: Episode }
  /** It did not happen. */
  | { readonly kind: "retracted"; readonly alarmId: string }
  /** It began at another time than was thought: `was` is its former id. */
  | { readonly kind: "revised"; readonly episode: Episode; readonly was: string };

/** An alarm as it is stored, as far as it decides what changes. */
export type StoredEpisode = Pick<
  Episode,
  | "alarmId"
  | "rule"
  | "version"
  | "nodeId"
  | "series"
  | "startMs"
  | "raisedMs"
  | "endMs"
  | "endsMs"
  | "ended"
  | "reason"
>;

/**
 * Returns what has to change so that the stored alarms of a node are those that its history shows. Both must
 * be of the same version of a rule and of the same range of starts.
 */
export function changesBetween(stored: readonly StoredEpisode[], shown: readonly Episode[]): Change[] {
  const storedById = new Map(stored.map((one) => [one.alarmId, one]));
  const shownIds = new Set(shown.map(({ alarmId }) => alarmId));
  const gone = stored.filter(({ alarmId }) => !shownIds.has(alarmId));
  const changes: Change[] = [];
  for (const episode of shown) {
    const before = storedById.get(episode.alarmId);
    if (before !== undefined) changes.push(...changeOf(before, episode));
    else {
      const index = gone.findIndex((one) => overlap(one, episode));
      const [was] = index === -1 ? [] : gone.splice(index, 1);
      changes.push(
        was === undefined ? { kind: "raised", episode } : { kind: "revised", episode, was: was.alarmId },
      );
    }
  }
  return [...changes, ...gone.map(({ alarmId }) => ({ kind: "retracted", alarmId }) as const)];
}

function changeOf(before: StoredEpisode, episode: Episode): Change[] {
  const isKnown = episode.reason === undefined || episode.reason === before.reason;
  const isSame = before.endMs === episode.endMs && before.ended === episode.ended && isKnown;
  if (isSame && before.endsMs === episode.endsMs && before.raisedMs === episode.raisedMs) return [];
  const [wasOpen, isOpen] = [before.endMs === undefined, episode.endMs === undefined];
  if (wasOpen !== isOpen) return [{ kind: wasOpen ? "cleared" : "reopened", episode }];
  return [{ kind: "corrected", episode }];
}

function overlap(a: StoredEpisode, b: StoredEpisode): boolean {
  const end = ({ endMs = Number.POSITIVE_INFINITY }: StoredEpisode) => endMs;
  return a.startMs < end(b) && b.startMs < end(a);
}
