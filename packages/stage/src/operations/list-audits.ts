import { DAY_MS } from "@rainhooks/core/durations";
import { limitOf, optionalText, requiredText } from "../query/params/kinds.ts";
import { rangeOf, requireOrder } from "../query/params/range.ts";
import { formatTable, formatTime } from "../terminal/format-table.ts";
import { defineOperation } from "./define-operation.ts";
import { recordedNames } from "./read-request.ts";

const MAX_LENGTH = 256;
const JOB_HEADER = ["id", "startedAtMs", "caller", "door", "title", "state", "progress"] as const;

/** Lists the work that takes long, through whichever door it was started. */
const listJobs = defineOperation({
  name: "listJobs",
  summary:
    "List what takes long, such as rebuilds and replays: what runs, and what was started in the last day",
  request: {},
  permission: "operate",
  changes: "nothing",
  command: { words: "jobs ls" },
  run: async (stage) => {
    const { auditTable } = await import("./audits.ts");
    const { listLongWork, workStateOf } = await import("./long-work.ts");
    const nowMs = Date.now();
    const audits = await listLongWork(auditTable(stage), nowMs);
    const jobs = audits.map(({ id, startedAtMs, caller, door, title, progress, ...rest }) => ({
      id,
      startedAtMs,
      caller,
      door,
      title,
      progress,
      state: workStateOf({ id, startedAtMs, caller, door, ...rest }, nowMs),
    }));
    return { jobs };
  },
  view: {
    header: JOB_HEADER,
    rows: ({ jobs }) => jobs.map((one) => JOB_HEADER.map((name) => one[name])),
    result: ({ jobs }) =>
      jobs.length === 0
        ? "Nothing runs, and nothing was started in the last day."
        : formatTable(
            ["id", "started (UTC)", "by", "what", "state", "doing"],
            jobs.map(({ id, startedAtMs, caller, title = "", state, progress = "" }) => [
              id,
              formatTime(startedAtMs),
              caller,
              title,
              state,
              state === "running" ? progress : "",
            ]),
          ),
  },
});

/** Cancels work, also that of another process. */
const cancelJob = defineOperation({
  name: "cancelJob",
  summary:
    "Ask something that takes long to end; what was done stays done, and most can go on later",
  request: {
    id: requiredText({ description: "Its id.", placeholder: "id", maxLength: MAX_LENGTH }),
  },
  permission: "operate",
  changes: "something",
  command: { words: "jobs cancel", args: ["id"] },
  run: async (stage, { id }, { caller }) => {
    const { auditTable } = await import("./audits.ts");
    const { cancelLongWork } = await import("./long-work.ts");
    const { title = "" } = await cancelLongWork(auditTable(stage), id, await caller.who());
    return { id, title };
  },
  view: {
    result: ({ title }) =>
      `${title} was asked to end. It first ends its current step, which can take some minutes.`,
  },
});

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
    limit: limitOf("audits", MAX_AUDITS, 50),
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
      fromMs,
      toMs,
      limit,
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
              formatTime(startedAtMs),
              caller,
              door,
              operation,
              error === undefined ? outcome : `${outcome}: ${error}`,
              JSON.stringify(request),
            ]),
          ),
  },
});

/** Operations that each stage has. */
export const STAGE_OPERATIONS = [listAuditsOperation, listJobs, cancelJob] as const;
