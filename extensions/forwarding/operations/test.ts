import { eventOf } from "@rainhooks/core/event-of";
import { isJsonObject, parseJson } from "@rainhooks/core/json";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { commandOnly, durationUpTo, optionalText } from "@rainhooks/stage/query/params/kinds";
import { type Param, ParamMistake } from "@rainhooks/stage/query/params/param";
import { attemptRecord, MADE_VIEW } from "../views/made-attempt.ts";
import { destinationField } from "./destination-field.ts";

const MAX_NAME = 256;
const MAX_FIELDS = 100_000;

/** How long a call waits for its attempt. */
export const waitField = commandOnly(
  durationUpTo("15m", { description: "How long to wait for the attempt.", fallback: "30s" }),
);

/** Fields that replace those of a sample: JSON. */
const fields: Param<string | undefined> = {
  ...optionalText({
    description: "Fields of the event's data, as JSON.",
    ...{ placeholder: "json", maxLength: MAX_FIELDS },
  }),
  read: (text) => {
    const parsed = text.length > MAX_FIELDS ? undefined : parseJson(text);
    if (parsed?.ok && isJsonObject(parsed.value)) return text;
    throw new ParamMistake(
      `must be a JSON object of up to ${MAX_FIELDS} characters with fields of the event's data. In a shell, write it in single quotes`,
    );
  },
};

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
    node: optionalText({
      description: "Node of the event: a whole id, which the stage need not know.",
      ...{ placeholder: "id", maxLength: MAX_NAME },
    }),
    fields,
    wait: waitField,
  },
  permission: "operate",
  changes: "something",
  command: { words: "destinations test", args: ["id"], help: HELP },
  check: ({ event }) => void (event === undefined || eventOf(event)),
  title: ({ id }) => `Test ${id}`,
  run: async (stage, { id, event, node, fields: given = "{}", wait }) => {
    const { testDestination } = await import("./test-destination.ts");
    const type = event === undefined ? undefined : eventOf(event);
    const parsed = parseJson(given);
    const data = parsed.ok && isJsonObject(parsed.value) ? parsed.value : {};
    return testDestination(stage, id, { type, changes: { node, data }, waitMs: wait });
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
