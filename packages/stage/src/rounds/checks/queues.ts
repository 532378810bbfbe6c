import { countText } from "@rainhooks/core/count-text";
import { DAY_MS, HOUR_MS, SECOND_MS } from "@rainhooks/core/durations";
import { tryParseJson } from "@rainhooks/core/json";
import * as v from "valibot";
import { readNumbers } from "../../operate/stage/count-messages.ts";
import { functionsOf } from "../../outputs.ts";
import type { Round, RoundCheck, RoundFinding } from "../round-check.ts";

/** New letters within an hour that are more than a few bad events. */
const FLOOD = 100;
/** The part of the time for which SQS keeps a message: ten of 14 days. */
const OLD = 10 / 14;
const RETENTION = "MessageRetentionPeriod";
const DAY_S = DAY_MS / SECOND_MS;

const counts = v.fallback(v.array(v.tuple([v.number(), v.number()])), []);

/** What is looked at of dead letters. */
type Letters = Pick<Round, "notes" | "nowMs" | "waiting">;

/**
 * Returns how many more dead letters there are than there were least within an hour; each change of
 * their number is noted.
 */
function newLetters({ notes, nowMs }: Letters, name: string, letters: number): number {
  const note = `letters/${name}`;
  const noted = v.parse(counts, tryParseJson(notes.get(note) ?? ""));
  const later = noted.findIndex(([atMs]) => atMs > nowMs - HOUR_MS);
  // The last one of before says how many there were an hour ago.
  const known = noted.slice(Math.max(0, (later === -1 ? noted.length : later) - 1));
  const least = Math.min(letters, ...known.map(([, count]) => count));
  // What stays the same costs no write.
  const last = known.at(-1)?.[1];
  if (last !== letters) notes.set(note, JSON.stringify([...known, [nowMs, letters]]));
  // What a stage has when it is looked at first may be as old as it likes.
  return known.length === 0 ? 0 : letters - least;
}

/** That dead letters come in numbers. */
export const deadLettersFlood: RoundCheck = {
  name: "dead-letters-flood",
  level: "now",
  alarmOf: () => "dead-letters-flood",
  description: `More than ${FLOOD} records of a function went to its dead-letter queue within an hour: events are lost, or will be.`,
  toldWhen: "at once",
  find: async (round) => floods(round),
};

/** Returns the functions with many new dead letters. */
export function floods(round: Letters): RoundFinding[] {
  return [...round.waiting].flatMap(([id, { deadLetters }]) => {
    const added = newLetters(round, id, deadLetters);
    const text = `${countText(added, "record")} of ${id} went there within an hour.`;
    return added > FLOOD ? [{ id, text }] : [];
  });
}

/** That nobody takes dead letters away. */
export const deadLettersLeft: RoundCheck = {
  name: "dead-letters-left",
  level: "today",
  alarmOf: (id) => `${id}-dead-letters-left`,
  description:
    "Records have been in the dead-letter queue of a function for a week. SQS deletes each after 14 days.",
  toldWhen: "after a week",
  find: async ({ waiting }) =>
    [...waiting].flatMap(([id, { deadLetters }]): RoundFinding[] =>
      deadLetters === 0
        ? []
        : [
            {
              id,
              text: `${id} has ${countText(deadLetters, "dead letter")}.`,
              lastsMs: 7 * DAY_MS,
            },
          ],
    ),
};

/**
 * That SQS will delete what waits for a function that somebody has paused and forgotten. What waits
 * for any other is late long before.
 */
export const oldestMessage: RoundCheck = {
  name: "oldest-message",
  level: "now",
  alarmOf: () => "oldest-message",
  description:
    "Messages have waited for a paused function for most of the time for which SQS keeps them: events are lost, or will be. Deploy the stage without `paused`, or keep messages longer.",
  toldWhen: "after ten of 14 days",
  find: async ({ outputs, waiting, clients: { sqs } }) => {
    const queued = functionsOf(outputs, "topics", "queue");
    const found = queued.map(async ([id, { paused, queueUrl }]): Promise<RoundFinding[]> => {
      const messages = waiting.get(id)?.messages ?? 0;
      if (paused !== true || messages === 0) return [];
      const keptS = (await readNumbers(sqs, queueUrl, [RETENTION]))(RETENTION);
      const text = `${countText(messages, "message")} for ${id}, which is paused, will be deleted after ${countText(Math.floor(keptS / DAY_S), "day")}.`;
      return [{ id, text, lastsMs: keptS * OLD * SECOND_MS }];
    });
    return (await Promise.all(found)).flat();
  },
};
