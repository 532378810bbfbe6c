import { hash } from "node:crypto";
import { defined } from "@rainhooks/core/collections";
import type { RuleVersion } from "./rule/rule.ts";

/** A time during which a rule's condition held. An alarm is an episode that was raised. */
export interface Episode {
  /** What it is about: a node, or a group of nodes such as `firmware:1.2.0`. */
  readonly nodeId: string;
  /** Of values: their series. */
  readonly series?: string | undefined;
  /** Follows from rule, version, subject and start. */
  readonly alarmId: string;
  readonly rule: string;
  readonly version: number;
  /** When the condition began to hold, epoch milliseconds. */
  readonly startMs: number;
  /** When it had held for long enough, epoch milliseconds. */
  readonly raisedMs: number;
  /** When it ended, epoch milliseconds; `undefined` while it lasts. */
  readonly endMs: number | undefined;
  /**
   * When it will end if nothing happens until then, epoch milliseconds; `undefined` if it will not.
   */
  readonly endsMs?: number | undefined;
  /**
   * Of a series: the value with which it had held for long enough, if it is a number or a boolean.
   */
  readonly value?: number | boolean | undefined;
  /** Of an outage: how many nodes of the group were offline when it was raised. */
  readonly memberCount?: number | undefined;
  /** Of an outage: the first of these nodes, by their ids. */
  readonly members?: readonly string[] | undefined;
  /**
   * Of a node that is offline: why its session ended, as AWS IoT says, such as
   * `MQTT_KEEP_ALIVE_TIMEOUT`.
   */
  readonly reason?: string | undefined;
  /**
   * Why it ended; `undefined` while it lasts. `rule-changed`: the rule was changed, paused or
   * removed meanwhile.
   */
  readonly ended: "cleared" | "rule-changed" | undefined;
}

/** Characters of an alarm's id: 132 bits. */
const ID_LENGTH = 22;

/**
 * Returns the id of an alarm: 22 characters that follow from its rule, version, subject and start.
 * They contain no dot, and do not begin as an option of a command does.
 */
export function alarmIdOf({
  rule,
  version,
  nodeId,
  series,
  startMs,
}: Pick<Episode, "rule" | "version" | "nodeId" | "series" | "startMs">): string {
  const text = JSON.stringify([rule, version, nodeId, series ?? null, startMs]);
  return hash("sha256", text, "base64url").slice(0, ID_LENGTH).replace(/^-/, "_");
}

/** A time during which a condition held, epoch milliseconds. */
export interface Span {
  readonly startMs: number;
  /** When it had held for long enough. */
  readonly raisedMs: number;
  readonly endMs: number | undefined;
  /** The value with which it had held for long enough; only of values. */
  readonly value?: number | boolean;
}

/**
 * Returns the episode of a span under a version of a rule, as it is at `nowMs`; `undefined` if
 * there is none: the condition had not held for long enough while the version was in force. What
 * began before the version is raised when the version begins.
 */
export function episodeOf(
  { rule, version, fromMs, untilMs }: RuleVersion,
  { nodeId, series }: Pick<Episode, "nodeId" | "series">,
  span: Span,
  nowMs: number,
): Episode | undefined {
  const raisedMs = Math.max(span.raisedMs, fromMs);
  const endsMs = span.endMs ?? Number.POSITIVE_INFINITY;
  const closesMs = untilMs ?? Number.POSITIVE_INFINITY;
  if (raisedMs > nowMs || raisedMs >= closesMs || raisedMs > endsMs) return undefined;
  if (span.raisedMs < fromMs && endsMs <= fromMs) return undefined;
  const endMs = Math.min(endsMs, closesMs);
  const isOpen = endMs > nowMs;
  const place = { rule: rule.name, version, nodeId, startMs: span.startMs, ...defined({ series }) };
  return {
    alarmId: alarmIdOf(place),
    ...place,
    raisedMs,
    ...defined({ value: span.value }),
    endMs: isOpen ? undefined : endMs,
    ...(isOpen && Number.isFinite(endMs) ? { endsMs: endMs } : {}),
    ended: isOpen ? undefined : closesMs < endsMs ? "rule-changed" : "cleared",
  };
}

/** What becomes of an alarm when its node's history is evaluated again. */
interface Change<Stored> {
  /**
   * What its history shows, if that is new or another one than was thought; absent if it did not
   * happen.
   */
  readonly episode?: Episode;
  /** The stored alarm that began at another time than this, or that did not happen. */
  readonly was?: Stored;
}

/**
 * Returns what has to change so that the stored alarms of a node are those that its history shows.
 * Both must be of the same version of a rule and of the same range of starts.
 */
export function changesBetween<Stored extends Episode>(
  stored: readonly Stored[],
  shown: readonly Episode[],
): Change<Stored>[] {
  const storedById = new Map(stored.map((one) => [one.alarmId, one]));
  const shownIds = new Set(shown.map(({ alarmId }) => alarmId));
  const gone = stored.filter(({ alarmId }) => !shownIds.has(alarmId));
  const changes = shown.flatMap((episode): Change<Stored>[] => {
    const before = storedById.get(episode.alarmId);
    if (before !== undefined) return isSame(before, episode) ? [] : [{ episode }];
    const index = gone.findIndex((one) => overlap(one, episode));
    return index === -1 ? [{ episode }] : gone.splice(index, 1).map((was) => ({ episode, was }));
  });
  return [...changes, ...gone.map((was) => ({ was }))];
}

function isSame(before: Episode, { reason = before.reason, ...episode }: Episode): boolean {
  const names = ["raisedMs", "endMs", "endsMs", "ended"] as const;
  return before.reason === reason && names.every((name) => before[name] === episode[name]);
}

function overlap(a: Episode, b: Episode): boolean {
  const end = ({ endMs = Number.POSITIVE_INFINITY }: Episode) => endMs;
  return a.startMs < end(b) && b.startMs < end(a);
}
