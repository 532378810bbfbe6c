import { requiredText } from "../query/params/kinds.ts";
import { formatTable } from "../terminal/format-table.ts";
import { formatTime } from "../terminal/time.ts";
import { defineOperation } from "./define-operation.ts";

const MAX_LENGTH = 40;
const HEADER = ["id", "startedAtMs", "caller", "door", "title", "state", "progress"] as const;

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
      ...{ id, startedAtMs, caller, door, title, progress },
      state: workStateOf({ id, startedAtMs, caller, door, ...rest }, nowMs),
    }));
    return { jobs };
  },
  view: {
    header: HEADER,
    rows: ({ jobs }) => jobs.map((one) => HEADER.map((name) => one[name])),
    result: ({ jobs }) =>
      jobs.length === 0
        ? "Nothing runs, and nothing was started in the last day."
        : formatTable(
            ["id", "started (UTC)", "by", "what", "state", "doing"],
            jobs.map(({ id, startedAtMs, caller, title = "", state, progress = "" }) => [
              ...[id, formatTime(startedAtMs), caller, title, state],
              state === "running" ? progress : "",
            ]),
          ),
  },
});

/** Cancels work, also that of another process. */
const cancelJob = defineOperation({
  name: "cancelJob",
  summary: "Ask something that takes long to end; what was done stays done, and most can go on later",
  request: { id: requiredText({ description: "Its id.", placeholder: "id", maxLength: MAX_LENGTH }) },
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

/** Operations about what takes long. */
export const JOB_OPERATIONS = [listJobs, cancelJob] as const;
