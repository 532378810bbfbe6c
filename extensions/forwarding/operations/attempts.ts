import { eventOf } from "@rainhooks/core/event-of";
import { changesOf, SAMPLE_CHANGES } from "@rainhooks/stage/operate/sample";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { commandOnly, durationUpTo, optionalText } from "@rainhooks/stage/query/params/kinds";
import { printableLine, printableLines, shortenText } from "@rainhooks/stage/terminal/printable";
import { type Attempt, attemptId } from "../attempts/attempt.ts";
import { attemptParam } from "../questions/attempts.ts";
import { outcomeText } from "../views/attempt-view.ts";
import { destinationField } from "./destination-field.ts";

const MAX_NAME = 256;
const MAX_RESPONSE = 500;

interface NewAttempt {
  readonly attempt: Attempt;
}

/** What operations share that make an attempt. If it failed, they have failed. */
const SENDING = {
  permission: "operate",
  changes: "something",
  view: {
    json: ({ attempt }: NewAttempt) => ({ id: attemptId(attempt), ...attempt }),
    result: ({ attempt }: NewAttempt) => {
      const { url, durationMs, error, response } = attempt;
      return [
        `${outcomeText(attempt)} to ${url} in ${durationMs} ms`,
        ...(error === undefined ? [] : [`error     ${printableLine(error)}`]),
        ...(response ? [`response  ${shortenText(printableLine(response), MAX_RESPONSE)}`] : []),
        `attempt   ${attemptId(attempt)}`,
      ].join("\n");
    },
    failed: ({ attempt }: NewAttempt) => attempt.outcome !== "delivered",
  },
  recorded: {
    result: ({ attempt }: NewAttempt) => {
      const { outcome, status } = attempt;
      return { attempt: attemptId(attempt), outcome, status };
    },
  },
} as const;

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
  summary: "Send a sample of an event to a destination, also to one that is paused, and show what came of it",
  request: {
    id: destinationField,
    event: optionalText({
      description: "Event type (default: the first that it wants).",
      ...{ placeholder: "event", maxLength: MAX_NAME },
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
    return testDestination(stage, id, { type, changes: changesOf(changes), waitMs: wait });
  },
  view: {
    ...SENDING.view,
    notes: ({ isWanted }, { id }) =>
      isWanted
        ? []
        : [`The filters of ${id} would not let such an event pass: only a test is sent all the same.`],
  },
});

/** Sends the event of an attempt to its destination once more. Its schedule begins anew. */
export const retry = defineOperation({
  ...SENDING,
  name: "retry",
  summary: "Send the event of an attempt to its destination again, and show what came of it",
  request: { id: attemptParam, wait: waitField },
  command: { words: "attempts retry", args: ["id"] },
  title: () => "Retry an attempt",
  run: async (stage, { id, wait }) => {
    const { retryAttempt } = await import("./send-attempt.ts");
    return { attempt: await retryAttempt(stage, id, wait) };
  },
});

/** Shows the body of an attempt, which is made again. */
export const body = defineOperation({
  name: "attemptBody",
  summary: "Show what was sent: made again from the event in the archive, as the destination is now",
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
