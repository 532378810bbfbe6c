import { EVENT_TYPES, isDerived, shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import { DAY_MS, HOUR_MS } from "@rainhooks/core/durations";
import { functionsOf } from "../../outputs.ts";
import {
  type HandledHours,
  hoursText,
  parseHours,
  usualGapMs,
  wasDaily,
  withHour,
} from "../handled-hours.ts";
import type { Round, RoundCheck, RoundFinding } from "../round-check.ts";

/** How much longer than usual a webhook may handle nothing. */
const MORE = 1.5;

/** Brings up to date in which hours each topic came to a webhook, and returns that by topic. */
function hoursOf({ notes, handled }: Round, webhook: string): Map<string, HandledHours> {
  return new Map(
    [...(handled.get(webhook) ?? [])].map(([topic, atMs]) => {
      const name = `hours/${webhook}/${topic}`;
      const hours = withHour(parseHours(notes.get(name)), atMs);
      notes.set(name, hoursText(hours));
      return [topic, hours];
    }),
  );
}

/** Returns the hours of several topics together. */
function unionOf(all: readonly HandledHours[]): HandledHours {
  const joined: [number, number][] = [];
  for (const [from, to] of all.flat().toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** Says since when nothing is handled. */
function sinceText(lastMs: number, nowMs: number): string {
  const hours = countText(Math.floor((nowMs - lastMs) / HOUR_MS), "hour");
  return `for ${hours}, since ${new Date(lastMs).toISOString()}`;
}

/** Whether all that was sent to a webhook is handled. What waits is another alarm's. */
function hasHandledAll({ outputs, waiting }: Round, webhook: string): boolean {
  const of = outputs.functions[webhook];
  const isPaused = of !== undefined && "paused" in of && of.paused === true;
  return !isPaused && (waiting.get(webhook)?.messages ?? 0) === 0;
}

/** That nothing comes to a webhook any more. */
export const nothingIn: RoundCheck = {
  name: "nothing-in",
  level: "now",
  alarmOf: () => "nothing-in",
  description:
    "No events come in to a webhook. Check RainMaker, the subscriptions, and the filter policy.",
  toldWhen: "after 24 hours, or half longer than it has been usual within two weeks",
  find: async (round) =>
    functionsOf(round.outputs, "topics").flatMap(
      ([webhook, { silentAfterHours }]): RoundFinding[] => {
        const topics = hoursOf(round, webhook);
        const times = [...(round.handled.get(webhook)?.values() ?? [])];
        if (silentAfterHours === undefined || times.length === 0) return [];
        const lastMs = Math.max(...times);
        const usualMs = MORE * usualGapMs(unionOf([...topics.values()]));
        const maxMs = Math.max(silentAfterHours * HOUR_MS, usualMs);
        if (round.nowMs - lastMs <= maxMs || !hasHandledAll(round, webhook)) return [];
        return [
          { id: webhook, text: `${webhook} got no event ${sinceText(lastMs, round.nowMs)}.` },
        ];
      },
    ),
};

/** That a topic which has events each day has none, while others of its webhook have some. */
export const topicSilent: RoundCheck = {
  name: "topic-silent",
  level: "today",
  alarmOf: () => "topic-silent",
  description:
    "A topic that had events on each of six days had none for a day. Has somebody changed what RainMaker publishes, its topic, or a filter policy?",
  toldWhen: "after a day",
  find: async (round) => {
    const all = functionsOf(round.outputs, "topics").flatMap(([webhook]) =>
      [...hoursOf(round, webhook)].map(([topic, hours]) => ({ webhook, topic, hours })),
    );
    // A function that publishes has alarms of its own, and on a good day it publishes nothing.
    const derived = EVENT_TYPES.filter(isDerived).map(shortType);
    const regular = all.filter(({ topic }) => !derived.some((type) => topic.endsWith(`-${type}`)));
    const byTopic = [...Map.groupBy(regular, ({ topic }) => topic)];
    return byTopic.flatMap(([id, uses]): RoundFinding[] => {
      const lastMs = Math.max(
        ...uses.map(({ webhook, topic }) => round.handled.get(webhook)?.get(topic) ?? 0),
      );
      const isSilent =
        round.nowMs - lastMs > DAY_MS &&
        uses.every(({ webhook }) => hasHandledAll(round, webhook)) &&
        wasDaily(unionOf(uses.map(({ hours }) => hours)), round.nowMs);
      return isSilent
        ? [{ id, text: `Nothing came from the topic ${id} ${sinceText(lastMs, round.nowMs)}.` }]
        : [];
    });
  },
};
