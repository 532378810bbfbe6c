import { setTimeout as pause } from "node:timers/promises";
import { countText } from "@rainhooks/core/count-text";
import { MINUTE_MS } from "@rainhooks/core/durations";
import { inputError, RainhooksError } from "@rainhooks/core/errors";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import type { OperationContext } from "@rainhooks/stage/operations/operation";
import {
  durationUpTo,
  flag,
  list,
  optionalText,
  requiredText,
  wholeNumber,
} from "@rainhooks/stage/query/params/kinds";
import type { ValuesOf } from "@rainhooks/stage/query/params/param";
import { queuedOf, type StageAccess } from "@rainhooks/stage/stage-access";
import type { DeadLetterResult, SentDeadLetters } from "../dead-letters/outcomes.ts";
import type { DeadLetterChoice } from "../dead-letters/queues.ts";
import {
  otherCodesText,
  RESULT_HEADER,
  type RedrivenDeadLetters,
  redriveNotes,
  redriveText,
  resultOf,
} from "../views/redrive-text.ts";

const MAX_NAME = 300;
/** Letters that are named by their ids at most. */
const MAX_IDS = 1000;
/** Letters that are examined if they are named by their ids: a queue gives them out in no order. */
const EXAMINED_FOR_IDS = 10_000;

/** How long a job waits: SQS's counts can be a minute late. */
const MAX_JOB_MS = 5 * MINUTE_MS;

const text = (description: string, placeholder: string) =>
  optionalText({ description, placeholder, maxLength: MAX_NAME });

/** How many letters are examined. */
export function examined(fallback: number) {
  return wholeNumber(
    { description: "Maximum number of dead letters to examine.", placeholder: "count" },
    { min: 1, max: 1_000_000_000, fallback },
  );
}

/** Which dead letters of which function. */
export const DEAD_LETTERS = {
  webhook: requiredText({
    description: "Name of the webhook or worker.",
    placeholder: "webhook",
    maxLength: MAX_NAME,
  }),
  limit: examined(1000),
  only: text("Only dead letters with this error code.", "code"),
  reason: text("Only dead letters whose reason contains this text.", "text"),
  id: text("Only the dead letter with this delivery or message id (or its start).", "id"),
  ids: list(
    {
      description: "Only dead letters with these whole message ids.",
      placeholder: "ids",
      maxLength: MAX_NAME,
    },
    { max: MAX_IDS },
  ),
};

type Letters = ValuesOf<typeof DEAD_LETTERS>;

function choiceOf({ only, reason, id, ids }: Letters): DeadLetterChoice {
  return { code: only, reason, id, ...(ids.length === 0 ? {} : { messageIds: ids }) };
}

/** Whether a request says which letters it is about. */
function isChosen({ only, reason, id, ids }: Letters): boolean {
  return ids.length > 0 || (only ?? reason ?? id) !== undefined;
}

function limitOf({ limit, ids }: Letters): number {
  return ids.length === 0 ? limit : Math.max(limit, EXAMINED_FOR_IDS);
}

const REDRIVE_HELP = `
Examples:
  rainhooks dlq --check                            for a script: are there any?
  rainhooks dlq show node-status                   the dead letters and their reasons
  rainhooks dlq redrive node-status --dry-run
  rainhooks dlq redrive node-status
  rainhooks dlq redrive node-status --id 47f807ce  only this one
  rainhooks dlq redrive node-status --reason timeout --wait 0s`;

/** How long a command waits for what comes of letters. */
const waitField = durationUpTo("15m", {
  description: "How long to wait for what comes of it.",
  fallback: "2m",
});

/**
 * Waits for what comes of letters. What was sent stays sent: a wait that is aborted finds nothing.
 */
async function awaitedOutcomes(
  stage: StageAccess,
  letters: SentDeadLetters,
  waitMs: number,
  { caller, signal, onProgress }: OperationContext,
): Promise<readonly DeadLetterResult[]> {
  const { deadLetterOutcomes } = await import("../dead-letters/outcomes.ts");
  const { webhook } = letters;
  return deadLetterOutcomes(stage, letters, {
    waitMs: caller.door === "console" ? MAX_JOB_MS : waitMs,
    nowMs: Date.now,
    pause: (ms) => pause(ms, undefined, { signal }),
    onWaiting: (messages) => onProgress?.({ step: "outcomes", webhook, messages }),
  }).catch((error: unknown) => {
    if (signal?.aborted === true) return [];
    throw error;
  });
}

/** Moves dead letters back to the queue of their webhook, waits, and says what came of each. */
const redrive = defineOperation({
  name: "redrive",
  summary: "Move dead letters of a webhook or worker back to its queue, and say what came of each",
  request: {
    ...DEAD_LETTERS,
    wait: waitField,
  },
  permission: "operate",
  changes: "something",
  command: {
    words: "dlq redrive",
    args: ["webhook"],
    help: REDRIVE_HELP,
    dryRun: ["--dry-run", "show how many would be moved, and move none"],
  },
  check: (request, caller) => {
    // On a page, it is about those that a person has seen.
    if (caller !== undefined && caller.door !== "terminal" && !isChosen(request))
      throw inputError({ field: "ids", problem: "is missing: say which dead letters." });
  },
  title: ({ webhook, ids }) => `Redrive ${countText(ids.length, "dead letter")} to ${webhook}`,
  plan: async (stage, request) => {
    const { chosenDeadLetters } = await import("../dead-letters/queues.ts");
    const { deadLettersOf } = await import("@rainhooks/stage/read-dead-letters");
    const letters = await deadLettersOf(stage, request.webhook, limitOf(request));
    const moved = letters.filter(chosenDeadLetters(choiceOf(request))).length;
    return { moved, kept: letters.length - moved };
  },
  run: async (stage, request, context): Promise<RedrivenDeadLetters> => {
    const { redrive: move } = await import("../dead-letters/redrive.ts");
    const { chosenDeadLetters } = await import("../dead-letters/queues.ts");
    const { deadLetterQueueOf } = await import("@rainhooks/stage/read-dead-letters");
    const { webhook, ids, wait } = request;
    const { moved, kept, back } = await move(deadLetterQueueOf(stage, webhook), {
      toQueueUrl: queuedOf(stage, webhook).queueUrl,
      wanted: chosenDeadLetters(choiceOf(request)),
      limit: limitOf(request),
      nowMs: Date.now,
    });
    const results = await awaitedOutcomes(stage, { webhook, sent: moved, kept }, wait, context);
    const missing = ids.length === 0 ? 0 : ids.length - moved.length;
    return { missing, moved: moved.length, kept, isBack: back.length > 0, results };
  },
  view: {
    plan: ({ moved, kept }, { webhook }) =>
      `${moved} of ${countText(moved + kept, "dead letter")} would be moved back to the queue of ${webhook}`,
    planCsv: ({ moved, kept }) => ({ header: ["moved", "kept"], rows: [[moved, kept]] }),
    result: (redriven, { webhook }, place) => redriveText(redriven, webhook, place),
    json: ({ moved, kept, results }) => ({
      moved,
      kept: kept.length,
      letters: results.map(resultOf),
    }),
    notes: (redriven, { webhook }, place) => redriveNotes(redriven, webhook, place),
    header: RESULT_HEADER,
    rows: ({ results }) =>
      results.map(resultOf).map((letter) => RESULT_HEADER.map((name) => letter[name])),
    failed: ({ missing, results }, { caller }) =>
      caller.door === "console" &&
      (missing > 0 || results.some(({ outcome }) => outcome !== "handled")),
  },
  recorded: { result: ({ moved }) => ({ moved }) },
});

/** Deletes dead letters permanently. */
const drop = defineOperation({
  name: "drop",
  summary: "Delete dead letters of a webhook or worker permanently, after a confirmation",
  request: { ...DEAD_LETTERS, all: flag({ description: "All that it has." }) },
  permission: "operate",
  changes: "something",
  command: { words: "dlq drop", args: ["webhook"] },
  check: (request) => {
    if (request.all || isChosen(request)) return;
    throw new RainhooksError(
      "input-invalid",
      "Choose the dead letters to delete: --id <id> for one, --only <code> for those with an error code, --reason <text> for those whose reason contains a text, or --all.",
    );
  },
  needsPlan: true,
  isNamed: ({ ids }) => ids.length > 0,
  plan: async (stage, request) => {
    const { chosenDeadLetters } = await import("../dead-letters/queues.ts");
    const { deadLettersOf } = await import("@rainhooks/stage/read-dead-letters");
    const { webhook } = request;
    const isWanted = chosenDeadLetters(choiceOf(request));
    const read = await deadLettersOf(stage, webhook, limitOf(request));
    const letters = read.filter(isWanted);
    if (letters.length > 0) return { ids: letters.map(({ messageId }) => messageId) };
    const others = otherCodesText(read.filter((letter) => !isWanted(letter)));
    throw new RainhooksError("not-found", `${webhook} has no matching dead letter${others}.`);
  },
  run: async (stage, request, { plan }) => {
    const { dropDeadLetters } = await import("@rainhooks/stage/drop-dead-letters");
    const { deadLetterQueueOf } = await import("@rainhooks/stage/read-dead-letters");
    // Delete only the letters that the user has confirmed: others may have arrived since.
    const ids = new Set((await plan()).ids);
    return dropDeadLetters(deadLetterQueueOf(stage, request.webhook), {
      isChosen: ({ MessageId = "" }) => ids.has(MessageId),
      limit: limitOf(request),
    });
  },
  view: {
    question: ({ ids }, { webhook }) =>
      `Delete ${countText(ids.length, "dead letter")} of ${webhook} permanently?`,
    result: ({ dropped }, { webhook }) =>
      `${countText(dropped, "dead letter")} of ${webhook} deleted`,
  },
  recorded: { result: ({ dropped }) => ({ dropped }) },
});

/** What can be done about dead letters. */
export const DEAD_LETTER_OPERATIONS = [redrive, drop] as const;
