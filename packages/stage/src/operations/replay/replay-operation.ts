import { countText } from "@rainhooks/core/count-text";
import { findWebhook } from "../../functions.ts";
import type { PlannedReplay } from "../../operate/replay/plan-replay.ts";
import { hasSentAll, type ReplayJob } from "../../operate/replay/replay-job.ts";
import { commandOnly, flag, requiredTime, time } from "../../query/params/kinds.ts";
import type { StageAccess } from "../../stage-access.ts";
import type { OperationContext, OperationView } from "../operation.ts";

/** When SNS published what is sent again. */
export const REPLAY_TIMES = {
  from: requiredTime({ description: "When SNS published the first." }),
  to: time({ description: "End, exclusive (default: the latest time that is archived for sure)." }),
};

/** Whether to wait for the archive. */
export const waitField = commandOnly(
  flag({ description: "Wait until everything before --to is archived." }),
);

/** A replay as it ended. */
export interface EndedReplay {
  readonly job: ReplayJob;
  /** Its problems that were known before. */
  readonly known: number;
}

/** Runs a planned replay to its end. */
async function startedReplay(
  stage: StageAccess,
  _: unknown,
  context: OperationContext & { readonly plan: () => Promise<PlannedReplay> },
): Promise<EndedReplay> {
  const { startReplay } = await import("../../operate/replay/run-job.ts");
  return { job: await startReplay(stage, await context.plan(), context), known: 0 };
}

/** How a replay is shown. */
export const REPLAY_VIEW: OperationView<unknown, PlannedReplay, EndedReplay> = {
  plan: async (planned, _, { stage, functions }) => {
    const { replayPlanText } = await import("./replay-text.ts");
    return replayPlanText(stage, planned, findWebhook(functions, planned.request.webhook));
  },
  planJson: async (planned, _, { stage, functions }) => {
    const { replayPlanJson } = await import("./replay-text.ts");
    return replayPlanJson(stage, planned, functions);
  },
  planNotes: ({ plan }) => plan.problems,
  question: ({ plan, request }) =>
    `Send ${countText(plan.matched, "delivery", "deliveries")} to ${request.webhook} again?`,
  result: async ({ job }, _, { onStage }) => {
    const { replayEndText } = await import("./replay-text.ts");
    const resume = `rainhooks replay resume ${job.id}${onStage}`;
    return `${replayEndText(job, resume)}${job.state === "failed" ? `\nIt can go on: ${resume}` : ""}`;
  },
  json: ({ job }) => job,
  notes: ({ job, known }) => job.problems.slice(known),
  failed: ({ job }) => !hasSentAll(job),
};

/** What is kept of a replay in its record. */
export const REPLAY_RECORD = {
  plan: ({ plan: { matched } }: PlannedReplay) => ({ matched }),
  result: ({ job: { id, state, counts } }: EndedReplay) => ({
    replay: id,
    state,
    sent: counts.sent,
  }),
};

/** What operations share that run a planned replay. */
export const REPLAY_SHARED = {
  permission: "operate",
  changes: "much",
  needsPlan: true,
  run: startedReplay,
  view: REPLAY_VIEW,
  recorded: REPLAY_RECORD,
} as const;
