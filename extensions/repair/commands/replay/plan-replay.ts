import { print, printData, printNote } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import { type Functions, webhookNamed } from "@rainhooks/stage/functions";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { replayBill } from "../../../capacity/bill/replay-bill.ts";
import { type PlannedReplay, planReplay } from "../../replay/plan-replay.ts";
import { replayPlanText } from "../../views/replay-text.ts";
import { explained, questionOf, type ReplayOptions } from "./request.ts";

/** Prints what a replay would read, send and cost. */
export async function planCommand(
  options: ReplayOptions & { readonly json?: boolean | undefined },
  functions: Functions,
): Promise<void> {
  const reached = await reachStage(options);
  const planned = await makePlan(reached, options);
  if (options.json)
    await printData(`${JSON.stringify(replayPlanJson(reached, planned, functions), undefined, 2)}\n`);
  else await printPlan(reached, planned, functions);
}

/** Plans a replay. */
export function makePlan(reached: ReachedStage, options: ReplayOptions): Promise<PlannedReplay> {
  return explained(async () => {
    const question = await questionOf(reached, options);
    return shown((progress) => planReplay(reached, question, progress));
  });
}

/** Prints a plan for people. */
export async function printPlan(
  reached: ReachedStage,
  planned: PlannedReplay,
  functions: Functions,
): Promise<void> {
  await print(`${replayPlanText(reached, planned, webhookNamed(functions, planned.request.webhook))}\n`);
  for (const problem of planned.plan.problems) printNote(problem);
}

/** Returns a plan for programs, with what the replay would cost. */
export function replayPlanJson(
  { outputs }: ReachedStage,
  { request, hours, plan }: PlannedReplay,
  functions: Functions,
) {
  const { ids, keys, ...rest } = request;
  return {
    stage: outputs.stage,
    ...rest,
    ...(ids === undefined ? {} : { ids: ids.length }),
    hours,
    ...plan,
    bytesByClass: Object.fromEntries(plan.bytesByClass),
    byType: Object.fromEntries(plan.byType),
    seconds: Math.ceil(plan.matched / request.rate),
    dollars: replayBill(webhookNamed(functions, request.webhook), plan),
  };
}
