import { hasSentAll, type ReplayJob, replayState } from "@rainhooks/stage/operate/replay-job";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import { requiredText } from "@rainhooks/stage/query/params/kinds";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";

const HEADER = ["id", "webhook", "state", "planned", "matched", "sent", "startedAtMs", "startedBy"];
const TITLES = ["replay", "webhook", "state", "planned", "matched", "sent", "started (UTC)", "by"];

/** Lists the replays of a stage. */
const list = defineOperation({
  name: "listReplays",
  summary: "List the replays of a stage, newest first",
  request: {},
  permission: "values",
  changes: "nothing",
  command: { words: "replay ls" },
  run: async (stage) => ({ replays: await (await import("../replay/run-job.ts")).listReplays(stage) }),
  view: {
    header: HEADER,
    rows: ({ replays }) => replays.map((job) => rowOf(job, job.createdAtMs)),
    result: ({ replays }) => {
      if (replays.length === 0) return "No replays.";
      const rows = replays.map((job) => rowOf(job, formatTime(job.createdAtMs)));
      return formatTable(TITLES, rows);
    },
  },
});

function rowOf(job: ReplayJob, started: string | number) {
  const { id, request, planned, counts, startedBy } = job;
  const expected = planned === 0 ? "" : planned;
  return [id, request.webhook, stateOf(job), expected, counts.matched, counts.sent, started, startedBy];
}

/** Returns the state of a job for people, also that it has met problems. */
function stateOf(job: ReplayJob): string {
  const state = replayState(job, Date.now());
  return state === "done" && !hasSentAll(job) ? "done with problems" : state;
}

/** Shows one replay. */
const show = defineOperation({
  name: "showReplay",
  summary: "Show a replay: what it sends, how far it is, what was wrong",
  request: { id: requiredText({ description: "Id of the replay.", placeholder: "id", maxLength: 100 }) },
  permission: "values",
  changes: "nothing",
  command: { words: "replay show", args: ["id"] },
  run: async (stage, { id }) => (await import("../replay/run-job.ts")).readReplay(stage, id),
  view: {
    result: async (job) => (await import("../views/replay-text.ts")).replayText(job, stateOf(job)),
  },
});

/** What is read of replays. */
export const READ_REPLAYS = [list, show] as const;
