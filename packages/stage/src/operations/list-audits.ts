import { DAY_MS } from "@rainhooks/core/durations";
import { optionalText, wholeNumber } from "../query/params/kinds.ts";
import { rangeOf, requireOrder } from "../query/params/range.ts";
import { formatTable } from "../terminal/format-table.ts";
import { formatTime } from "../terminal/time.ts";
import { defineOperation } from "./define-operation.ts";
import { JOB_OPERATIONS } from "./job-operations.ts";
import { recordedNames } from "./read-request.ts";

const HEADER = [
  "id",
  "startedAtMs",
  "endedAtMs",
  "caller",
  "door",
  "operation",
  "outcome",
  "request",
] as const;
const MAX_LENGTH = 256;
const MAX_AUDITS = 1000;
/** A longer range reads each month of it. */
const MAX_RANGE_MS = 500 * DAY_MS;

/** Lists the records of changes: who has changed what. */
const listAuditsOperation = defineOperation({
  name: "listAudits",
  summary: "List who has changed what on the stage, newest first",
  request: {
    caller: optionalText({
      description: "Only what was done by one whose name contains this.",
      placeholder: "text",
      maxLength: MAX_LENGTH,
    }),
    operation: optionalText({
      description: "Only this operation, such as pause.",
      placeholder: "name",
      maxLength: MAX_LENGTH,
    }),
    node: optionalText({
      description: "Only what names this node, by its whole id.",
      placeholder: "node",
      maxLength: MAX_LENGTH,
    }),
    ...rangeOf("30 days before the end"),
    limit: wholeNumber(
      { description: "Maximum number of audits.", placeholder: "count" },
      { min: 1, max: MAX_AUDITS, fallback: 50 },
    ),
  },
  permission: "operate",
  changes: "nothing",
  command: { words: "audit" },
  run: async (stage, { caller, operation, node, from, to, limit }) => {
    const { auditTable, listAudits } = await import("./audits.ts");
    const nowMs = Date.now();
    const past = to === undefined || to > nowMs ? undefined : to;
    const toMs = past ?? nowMs + 1;
    requireOrder(from ?? 0, toMs, past);
    const fromMs = Math.max(from ?? toMs - 30 * DAY_MS, toMs - MAX_RANGE_MS);
    const audits = await listAudits(auditTable(stage), {
      ...{ fromMs, toMs, limit },
      isWanted: (audit) =>
        (caller === undefined || audit.caller.includes(caller)) &&
        (operation === undefined || audit.operation === operation) &&
        (node === undefined || recordedNames(audit.request).includes(node)),
    });
    // Where long work is, jobs say.
    return { audits: audits.map(({ progress: _, aliveUntilMs: __, runner: ___, ...one }) => one) };
  },
  view: {
    header: HEADER,
    rows: ({ audits }) =>
      audits.map((one) =>
        HEADER.map((name) => (name === "request" ? JSON.stringify(one.request) : one[name])),
      ),
    result: ({ audits }) =>
      audits.length === 0
        ? "Nothing was changed."
        : formatTable(
            ["started (UTC)", "by", "through", "operation", "outcome", "with"],
            audits.map(({ startedAtMs, caller, door, operation, outcome, error, request }) => [
              ...[formatTime(startedAtMs), caller, door, operation],
              ...[error === undefined ? outcome : `${outcome}: ${error}`, JSON.stringify(request)],
            ]),
          ),
  },
});

/** Operations that each stage has. */
export const STAGE_OPERATIONS = [listAuditsOperation, ...JOB_OPERATIONS] as const;
