import { eventOf } from "@rainhooks/core/event-of";
import { changesOf, SAMPLE_CHANGES } from "@rainhooks/stage/operate/sample";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import {
  commandOnly,
  durationUpTo,
  listOf,
  optionalText,
} from "@rainhooks/stage/query/params/kinds";
import { printableLine, printableLines, shortenText } from "@rainhooks/stage/terminal/printable";
import { type Attempt, attemptId } from "../attempts/attempt.ts";
import { attemptParam } from "../questions/attempts.ts";
import { outcomeText } from "../views/attempt-view.ts";
import type { RetriedAttempt } from "./send-attempt.ts";
import { destinationField } from "./setting-params.ts";

/** What operations share that make attempts. */
const SENDING = { permission: "operate", changes: "something" } as const;

const withId = (attempt: Attempt) => ({ id: attemptId(attempt), ...attempt });

/** Says what came of an attempt. */
function attemptText(attempt: Attempt): string {
  const { url, durationMs, error, response } = attempt;
  return [
    `${outcomeText(attempt)} to ${url} in ${durationMs} ms`,
    ...(error === undefined ? [] : [`error     ${printableLine(error)}`]),
    ...(response ? [`response  ${shortenText(printableLine(response), 500)}`] : []),
    `attempt   ${attemptId(attempt)}`,
  ].join("\n");
}

/** What is kept of an attempt in the record of its operation. */
const recordOf = (attempt: Attempt) => {
  return { attempt: attemptId(attempt), outcome: attempt.outcome, status: attempt.status };
};

/** How long a call waits for its attempt. */
const waitField = commandOnly(
  durationUpTo("15m", { description: "How long to wait for the attempt.", fallback: "30s" }),
);

const TEST_HELP = `
Examples:
  rainhooks destinations test crm
  rainhooks destinations test crm --event node_connected --node my-node
  rainhooks destinations test crm --fields '{"message_body":"Door is open"}'

The request has a webhook-id that begins with test_. It is not repeated. If it fails, the exit code is 1.`;

/** Sends the sample of an event to a destination, by the same way as any event. */
export const test = defineOperation({
  ...SENDING,
  name: "test",
  summary:
    "Send a sample of an event to a destination, also to one that is paused, and show what came of it",
  request: {
    id: destinationField,
    event: optionalText({
      description: "Event type (default: the first that it wants).",
      placeholder: "event",
      maxLength: 256,
    }),
    ...SAMPLE_CHANGES,
    wait: waitField,
  },
  command: { words: "destinations test", args: ["id"], help: TEST_HELP },
  check: ({ event }) => void (event === undefined || eventOf(event)),
  title: ({ id }) => `Test ${id}`,
  run: async (stage, { id, event, wait, ...changes }) => {
    const { testDestination } = await import("./send-attempt.ts");
    const type = event === undefined ? undefined : eventOf(event);
    return { attempt: await testDestination(stage, id, type, changesOf(changes), wait) };
  },
  view: {
    json: ({ attempt }) => withId(attempt),
    result: ({ attempt }) => attemptText(attempt),
    failed: ({ attempt }) => attempt.outcome !== "delivered",
  },
  recorded: { result: ({ attempt }) => recordOf(attempt) },
});

/** Attempts that are retried in one call. */
const MAX_RETRIES = 100;

/** Sends the events of attempts to their destinations once more. Their schedules begin anew. */
export const retry = defineOperation({
  ...SENDING,
  name: "retry",
  summary: "Send the events of attempts to their destination again, and show what came of them",
  request: { id: listOf(attemptParam, { min: 1, max: MAX_RETRIES }), wait: waitField },
  command: { words: "attempts retry", args: ["id"] },
  title: ({ id }) => (id.length === 1 ? "Retry an attempt" : `Retry ${id.length} attempts`),
  run: async (stage, { id, wait }, options) => {
    const { retryAttempts } = await import("./send-attempt.ts");
    return { retried: await retryAttempts(stage, id, wait, options) };
  },
  view: {
    json: ({ retried }) => {
      const all = retried.map(({ attempt, ...one }) => (attempt ? withId(attempt) : one));
      return all.length === 1 ? { ...all[0] } : { attempts: all };
    },
    result: retriedText,
    failed: ({ retried }) => retried.some((one) => whyNot(one) !== undefined),
  },
  recorded: {
    result: ({ retried }) => ({
      attempts: retried.map(({ attempt, ...one }) => (attempt ? recordOf(attempt) : one)),
    }),
  },
});

/** Returns why the event of an attempt was not delivered; `undefined` if it was. */
function whyNot({ attempt, refusal }: RetriedAttempt): string | undefined {
  if (attempt === undefined || attempt.outcome === "delivered") return refusal;
  return attempt.error ?? outcomeText(attempt);
}

/** Says how many of several events were delivered, and which were not, by the reason. */
function retriedText({ retried }: { readonly retried: readonly RetriedAttempt[] }): string {
  const [first] = retried;
  if (retried.length === 1 && first?.attempt !== undefined) return attemptText(first.attempt);
  const failed = Map.groupBy(retried, whyNot);
  const delivered = failed.get(undefined)?.length ?? 0;
  failed.delete(undefined);
  return [
    `${delivered} of ${retried.length} were delivered.`,
    ...[...failed].map(
      ([error = "", some]) =>
        `${some.length} × ${printableLine(error)}: ${some.map(({ id }) => id).join(", ")}`,
    ),
  ].join(" ");
}

/** Shows the body of an attempt, which is made again. */
export const body = defineOperation({
  name: "attemptBody",
  summary:
    "Show what was sent: made again from the event in the archive, as the destination is now",
  request: { id: attemptParam },
  permission: "values",
  changes: "nothing",
  command: { words: "attempts body", args: ["id"] },
  run: async (stage, { id }, { signal }) => {
    const { attemptBody } = await import("./send-attempt.ts");
    return { body: await attemptBody(stage, id, signal) };
  },
  view: { result: (result) => printableLines(result.body) },
});
