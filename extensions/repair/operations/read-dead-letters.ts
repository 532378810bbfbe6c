import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { commandOnly, flag } from "@rainhooks/stage/query/params/kinds";
import type { DeadLetterMessage } from "@rainhooks/stage/read-dead-letters";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";
import { DEAD_LETTERS, examined } from "./dead-letters.ts";

/** Says whether something has to be done. It has no contents of dead letters. */
const count = defineOperation({
  name: "countDeadLetters",
  summary: "Show how many dead letters each webhook and worker has, as SQS estimates it",
  request: { check: commandOnly(flag({ description: "Exit with code 1 if there are any." })) },
  permission: "read",
  changes: "nothing",
  command: { words: "dlq ls", isDefault: true },
  run: async (stage, { check }) => {
    const { countDeadLetters } = await import("../dead-letters/queues.ts");
    const queues = await countDeadLetters(stage);
    return { queues, failed: check && queues.some(({ messages }) => messages > 0) };
  },
  view: {
    header: ["webhook", "messages"],
    rows: ({ queues }) => queues.map(({ webhook, messages }) => [webhook, messages]),
    json: ({ queues }) => ({ queues }),
    result: ({ queues }) =>
      formatTable(
        ["webhook", "dead letters"],
        queues.map(({ webhook, messages }) => [webhook, messages]),
      ),
    failed: ({ failed }) => failed,
  },
});

const HEADER = [
  "messageId",
  "deliveryId",
  "topic",
  "sentAtMs",
  "errorCode",
  "reason",
  "body",
  "publishedAtMs",
] as const;
const { webhook, only, reason, id } = DEAD_LETTERS;
/** Characters of a message that a page shows. */
const MAX_BODY = 300;

/** Shows the messages of a dead-letter queue. */
const show = defineOperation({
  name: "showDeadLetters",
  summary: "Show the dead letters of a webhook or worker; they stay in the queue",
  request: {
    webhook,
    limit: examined(20),
    only,
    reason,
    id,
  },
  permission: "values",
  changes: "nothing",
  command: { words: "dlq show", args: ["webhook"] },
  run: async (stage, { webhook, limit, only, ...choice }, { caller }) => {
    const { chosenDeadLetters } = await import("../dead-letters/queues.ts");
    const { deadLettersOf } = await import("@rainhooks/stage/read-dead-letters");
    const isChosen = chosenDeadLetters({ ...choice, code: only });
    const letters = (await deadLettersOf(stage, webhook, limit)).filter(isChosen);
    if (caller.door === "terminal") return { letters };
    const { NO_REASON } = await import("@rainhooks/stage/read-dead-letters");
    const shown = letters.map(({ reason = NO_REASON, body, ...rest }) => ({
      ...rest,
      reason,
      body: body.slice(0, MAX_BODY),
    }));
    return { letters: shown };
  },
  view: {
    header: HEADER,
    rows: ({ letters }) => letters.map((letter) => HEADER.map((name) => letter[name])),
    result: async ({ letters }) =>
      table(letters, (await import("@rainhooks/stage/read-dead-letters")).NO_REASON),
  },
});

function table(letters: readonly DeadLetterMessage[], noReason: string): string {
  if (letters.length === 0) return "No dead letters.";
  const rows = letters.map(({ deliveryId, topic, publishedAtMs, sentAtMs, errorCode, reason }) => [
    deliveryId,
    topic ?? "-",
    timeText(publishedAtMs),
    timeText(sentAtMs),
    errorCode ?? "-",
    reason ?? noReason,
  ]);
  return formatTable(
    ["delivery", "topic", "published (UTC)", "since (UTC)", "error", "reason"],
    rows,
  );
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? "-" : formatTime(ms);
}

/** What is read of dead letters. */
export const READ_DEAD_LETTERS = [count, show] as const;
