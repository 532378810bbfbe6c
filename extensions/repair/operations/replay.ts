import { type EventType, publishedNames } from "@rainhooks/core/catalog";
import { inputError } from "@rainhooks/core/errors";
import { findEvent } from "@rainhooks/core/event-of";
import { kind } from "@rainhooks/core/fields";
import {
  deadLettersField,
  optionalDeadLettersField,
  optionalRateField,
  rateField,
} from "@rainhooks/stage/operate/replay/fields";
import {
  hasSentAll,
  type ReplayJob,
  replayState,
} from "@rainhooks/stage/operate/replay/replay-job";
import { MAX_LIST, REPLAY_DEFAULTS } from "@rainhooks/stage/operate/replay/request";
import { defineOperation } from "@rainhooks/stage/operations/define-operation";
import {
  type EndedReplay,
  REPLAY_RECORD,
  REPLAY_SHARED,
  REPLAY_TIMES,
  REPLAY_VIEW,
  waitField,
} from "@rainhooks/stage/operations/replay/replay-operation";
import {
  list,
  listOf,
  optionalText,
  required,
  requiredText,
} from "@rainhooks/stage/query/params/kinds";
import { formatTable, formatTime } from "@rainhooks/stage/terminal/format-table";

const MAX_NAME = 256;
/** Of a file with one id per line. */
const MAX_FILE = 10_000_000;

const HELP = `
Times are those at which SNS published. A webhook gets replays if its definition says replay: "accept".

Examples:
  rainhooks replay plan --webhook node-status --from 2026-11-01 --to 2026-11-02
  rainhooks replay start --webhook node-status --from 2026-11-01 --to 2026-11-02 --event alert --node my-node
  rainhooks replay start --webhook time-series --from 2h --to now --wait --yes
  rainhooks replay ls
  rainhooks replay show 20261124-081500-4f2a --watch
  rainhooks replay resume 20261124-081500-4f2a`;

const EVENT = required<EventType>(
  kind(`one of ${publishedNames().join(", ")}`, (value) =>
    typeof value === "string" ? findEvent(value) : undefined,
  ),
  {
    description: "Only these event types, such as alert.",
    placeholder: "types",
    schema: { type: "string", minLength: 1, maxLength: MAX_NAME },
  },
);

/** Sends archived deliveries to a webhook again. */
const replay = defineOperation({
  ...REPLAY_SHARED,
  name: "replay",
  summary: "Send archived deliveries to one webhook again",
  request: {
    webhook: requiredText({
      description: "The webhook that gets them.",
      placeholder: "name",
      maxLength: MAX_NAME,
    }),
    event: listOf(EVENT, { max: MAX_LIST }),
    node: list(
      {
        description: "Only deliveries about these nodes, by id, start of it, or name.",
        placeholder: "nodes",
        maxLength: MAX_NAME,
      },
      { max: MAX_LIST },
    ),
    id: list(
      {
        description: "Only deliveries with these whole ids (SNS message ids).",
        placeholder: "ids",
        maxLength: MAX_NAME,
      },
      { max: MAX_LIST },
    ),
    idsFrom: {
      ...optionalText({
        description: "Only deliveries whose ids are in this file, one per line.",
        placeholder: "file",
        maxLength: MAX_FILE,
      }),
      isFile: true,
    },
    address: optionalText({
      description: "For this part of the webhook, such as one of its destinations.",
      placeholder: "name",
      maxLength: MAX_NAME,
    }),
    rate: rateField(REPLAY_DEFAULTS.rate),
    maxDeadLetters: deadLettersField(
      "New dead letters of the webhook after which the replay fails.",
    ),
    wait: waitField,
    ...REPLAY_TIMES,
  },
  command: {
    words: "replay start",
    plan: ["replay plan", "show what a replay would read, send and cost; nothing is sent"],
    help: HELP,
  },
  title: ({ webhook }) => `Replay to ${webhook}`,
  plan: async (stage, { event, node, id, idsFrom, from: fromMs, to: toMs, ...rest }, context) => {
    const { nodesOfOption } = await import("@rainhooks/stage/commands/find-node");
    const ids = idsOf(id, idsFrom);
    const question = {
      ...rest,
      fromMs,
      toMs,
      ...(event.length === 0 ? {} : { events: event }),
      ...(node.length === 0
        ? {}
        : { nodes: await nodesOfOption(stage, node, context.caller.door) }),
      ...(ids.length === 0 ? {} : { ids }),
    };
    const { planReplay } = await import("@rainhooks/stage/operate/replay/plan-replay");
    return planReplay(stage, question, context);
  },
  recorded: { ...REPLAY_RECORD, request: ({ request: { nodes } }) => ({ node: nodes }) },
});

/**
 * @param text With an id per line, or one column with a header, as "archive query --csv" prints it.
 */
function idsOf(id: readonly string[], text: string | undefined): string[] {
  if (text === undefined) return [...id];
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^"(.*)"$/, "$1"));
  const ids = [...new Set([...id, ...lines.filter((line) => line !== "" && line !== "id")])];
  if (ids.length === 0)
    throw inputError({ field: "idsFrom", problem: "has no ids. Write one per line." });
  return ids;
}

const replayId = requiredText({
  description: "Id of the replay.",
  placeholder: "id",
  maxLength: MAX_NAME,
});

/** Stops a replay. */
const cancel = defineOperation({
  name: "cancel",
  summary: "Stop a replay within a second; what was sent stays sent",
  request: { id: replayId },
  permission: "operate",
  changes: "something",
  command: { words: "replay cancel", args: ["id"] },
  run: async (stage, { id }) =>
    (await import("@rainhooks/stage/operate/replay/run-job")).cancelReplay(stage, id),
  view: {
    result: async (job) => (await import("../views/replay-text.ts")).cancelledText(job),
  },
});

/** Goes on with a replay that was interrupted, cancelled or has failed. */
const resume = defineOperation({
  name: "go-on",
  summary: "Go on with a replay that was interrupted or cancelled, or has failed",
  request: {
    id: replayId,
    rate: optionalRateField("Maximum deliveries per second (default: as before)."),
    maxDeadLetters: optionalDeadLettersField(
      "New dead letters after which it fails (default: as before).",
    ),
  },
  permission: "operate",
  changes: "something",
  command: { words: "replay resume", args: ["id"] },
  title: ({ id }) => `Go on with replay ${id}`,
  run: async (stage, { id, ...change }, context): Promise<EndedReplay> => {
    const { readReplay, resumeReplay } = await import("@rainhooks/stage/operate/replay/run-job");
    const { problems } = await readReplay(stage, id);
    return { job: await resumeReplay(stage, id, change, context), known: problems.length };
  },
  view: REPLAY_VIEW,
  recorded: { result: REPLAY_RECORD.result },
});

const HEADER = ["id", "webhook", "state", "planned", "matched", "sent", "startedAtMs", "startedBy"];
const TITLES = ["replay", "webhook", "state", "planned", "matched", "sent", "started (UTC)", "by"];

/** Lists the replays of a stage. */
const listReplays = defineOperation({
  name: "listReplays",
  summary: "List the replays of a stage, newest first",
  request: {},
  permission: "values",
  changes: "nothing",
  command: { words: "replay ls" },
  run: async (stage) => ({
    replays: await (await import("@rainhooks/stage/operate/replay/run-job")).listReplays(stage),
  }),
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
  return [
    id,
    request.webhook,
    stateOf(job),
    expected,
    counts.matched,
    counts.sent,
    started,
    startedBy,
  ];
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
  request: {
    id: requiredText({ description: "Id of the replay.", placeholder: "id", maxLength: 100 }),
  },
  permission: "values",
  changes: "nothing",
  command: { words: "replay show", args: ["id"] },
  run: async (stage, { id }) =>
    (await import("@rainhooks/stage/operate/replay/run-job")).readReplay(stage, id),
  view: {
    result: async (job) => (await import("../views/replay-text.ts")).replayText(job, stateOf(job)),
  },
});

/** What can be done about replays. */
export const REPLAY_OPERATIONS = [listReplays, show, replay, cancel, resume] as const;
