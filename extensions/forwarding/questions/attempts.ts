import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { DAY_MS } from "@rainhooks/core/durations";
import { notFound } from "@rainhooks/core/errors";
import { cursorOfRange, wrongPage } from "@rainhooks/stage/query/pages/page-token";
import {
  limitOf,
  optionalChoice,
  optionalText,
  requiredText,
} from "@rainhooks/stage/query/params/kinds";
import { rangeOf, requireOrder } from "@rainhooks/stage/query/params/range";
import { defineQuestion } from "@rainhooks/stage/query/question";
import { attemptId, outcomeOf } from "../attempts/attempt.ts";
import { ATTEMPT_STATES } from "../attempts/attempt-item.ts";
import { attemptList, attemptResult } from "../attempts/attempt-schema.ts";
import {
  attemptsOfEvent,
  isAttemptCursor,
  listAttempts,
  readAttempt,
} from "../attempts/read-attempts.ts";
import { isDestinationId, readDestinationIds } from "../destinations/ids.ts";
import { attemptsTable, destinationsTable } from "../forwarding-tables.ts";

/** The attempt that is asked about, or made again. */
export const attemptParam = requiredText({
  description: "Id of the attempt.",
  placeholder: "attempt",
  maxLength: 300,
});

/** Lists attempts, newest first: requests to destinations, and their outcomes. */
export const listAttemptsQuestion = defineQuestion({
  name: "listAttempts",
  path: "/v1/attempts",
  summary: "Requests to destinations and what came of them, newest first",
  permission: "attempts",
  params: {
    destination: optionalText({
      description: "Only attempts of this destination. Default: of all that exist now.",
      placeholder: "id",
      maxLength: 30,
    }),
    state: optionalChoice(
      {
        description: "Only attempts that were delivered, or only those that were not.",
        placeholder: "state",
      },
      ATTEMPT_STATES,
    ),
    node: optionalText({
      description:
        "Only attempts for events of this node. All attempts of the range are read for it.",
      placeholder: "node",
      maxLength: 256,
    }),
    event: optionalChoice(
      {
        description:
          "Only attempts for events of this type. All attempts of the range are read for it.",
        placeholder: "event",
      },
      EVENT_TYPES.map(shortType),
    ),
    ...rangeOf("a day before the end"),
    limit: limitOf("attempts", 1000, 50),
  },
  paged: true,
  result: attemptList,
  find: async (
    { destination, state, node, event, from, to, limit },
    { stores, nowMs, after: cursor },
  ) => {
    const { toMs, after } = cursorOfRange(cursor, to, nowMs + 1);
    if (after !== undefined && !isAttemptCursor(after)) throw wrongPage();
    const fromMs = from ?? Math.max(0, toMs - DAY_MS);
    requireOrder(fromMs, toMs, to);
    const known = async () => readDestinationIds(stores.tableOf(destinationsTable.name));
    const one = isDestinationId(destination) ? [destination] : [];
    const destinations = destination === undefined ? await known() : one;
    const { attempts, next } = await listAttempts(stores.tableOf(attemptsTable.name), {
      destinations,
      state,
      nodeId: node,
      fromMs,
      toMs,
      limit,
      after,
      eventType: EVENT_TYPES.find((type) => shortType(type) === event),
    });
    // A destination that was removed has no row, but its attempts.
    if (
      attempts.length === 0 &&
      destination !== undefined &&
      !(await known()).includes(destination)
    )
      throw notFound(`There is no destination ${destination}, nor an attempt of one.`);
    return {
      result: { fromMs, toMs, attempts },
      next: next === undefined ? undefined : `${toMs} ${next}`,
    };
  },
});

/** Returns one attempt. */
export const attemptQuestion = defineQuestion({
  name: "getAttempt",
  path: "/v1/attempts/{attempt}",
  summary:
    "One request to a destination, with headers and response, and all attempts for its event there",
  permission: "attempts",
  params: { attempt: attemptParam },
  paged: false,
  result: attemptResult,
  find: async ({ attempt: id }, { stores }) => {
    const attempt = await readAttempt(stores.tableOf(attemptsTable.name), id);
    if (attempt === undefined)
      throw notFound(`There is no attempt ${id}. Attempts are kept for 30 days.`);
    const ofEvent = await attemptsOfEvent(stores.tableOf(attemptsTable.name), attempt.webhookId);
    const same = ofEvent.filter(({ destination }) => destination === attempt.destination);
    return { result: { id: attemptId(attempt), ...attempt, all: same.map(outcomeOf) } };
  },
});

/** What can be asked about attempts. */
export const ATTEMPT_QUESTIONS = [listAttemptsQuestion, attemptQuestion] as const;
