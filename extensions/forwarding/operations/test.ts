import { eventOf } from "@rainhooks/core/event-of";
import { changesOf, SAMPLE_CHANGES } from "@rainhooks/stage/operate/sample";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { commandOnly, durationUpTo, optionalText } from "@rainhooks/stage/query/params/kinds";
import { attemptRecord, MADE_VIEW } from "../views/made-attempt.ts";
import { destinationField } from "./destination-field.ts";

const MAX_NAME = 256;

/** How long a call waits for its attempt. */
export const waitField = commandOnly(
  durationUpTo("15m", { description: "How long to wait for the attempt.", fallback: "30s" }),
);

const HELP = `
Examples:
  rainhooks destinations test crm
  rainhooks destinations test crm --event node_connected --node my-node
  rainhooks destinations test crm --fields '{"message_body":"Door is open"}'

The request has a webhook-id that begins with test_. It is not repeated. If it fails, the exit code is 1.`;

/** Sends the sample of an event to a destination, by the same way as any event. */
export const test = defineOperation({
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
  permission: "operate",
  changes: "something",
  command: { words: "destinations test", args: ["id"], help: HELP },
  check: ({ event }) => void (event === undefined || eventOf(event)),
  title: ({ id }) => `Test ${id}`,
  run: async (stage, { id, event, wait, ...changes }) => {
    const { testDestination } = await import("./test-destination.ts");
    const type = event === undefined ? undefined : eventOf(event);
    return testDestination(stage, id, { type, changes: changesOf(changes), waitMs: wait });
  },
  view: {
    ...MADE_VIEW,
    notes: ({ isWanted }, { id }) =>
      isWanted
        ? []
        : [`The filters of ${id} would not let such an event pass: only a test is sent all the same.`],
  },
  recorded: { result: attemptRecord },
});
