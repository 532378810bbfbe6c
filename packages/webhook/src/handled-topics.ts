import { DEAD_SINCE_ATTRIBUTE } from "@rainhooks/core/deliveries/read";
import { TRIAL_NODE } from "@rainhooks/core/trial";
import type { Classification } from "./classify.ts";
import type { InvocationRecord } from "./records.ts";

/** Notes of which topics a function has handled something. */
export type NoteHandled = (topics: ReadonlySet<string>, nowMs: number) => Promise<void>;

/**
 * Returns the topics of which something was published just now: not what a replay or a redrive
 * brings again, nor an event with which a stage is tried. With raw message delivery, nothing says
 * which topic it was.
 */
export function handledTopics<Value>(
  classified: readonly Classification<Value>[],
  records: readonly InvocationRecord[],
): Set<string> {
  const topics = classified.flatMap((one, index) => {
    const queued = records[index]?.queued;
    const isRedriven = queued?.attributes[DEAD_SINCE_ATTRIBUTE] !== undefined;
    const isLive = !isRedriven && queued?.body.includes(TRIAL_NODE) === false;
    return "topic" in one && one.topic !== undefined && isLive ? [one.topic] : [];
  });
  return new Set(topics);
}
