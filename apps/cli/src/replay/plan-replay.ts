import { webhookNamed } from "@rainhooks/app-list";
import { replayBill } from "@rainhooks/extensions/capacity/bill/replay-bill";
import { type PlannedReplay, planReplay } from "@rainhooks/extensions/repair/replay/plan-replay";
import { replayPlanText } from "@rainhooks/extensions/repair/views/replay-text";
import { print, printData, printNote } from "@rainhooks/stage/commands/output";
import { shown } from "@rainhooks/stage/commands/progress";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import type { ReachedStage } from "@rainhooks/stage/reached";
import { explained, questionOf, type ReplayOptions } from "./request.ts";

/** Prints what a replay would read, send and cost. */
export async function planCommand(
  options: ReplayOptions & { readonly json?: boolean | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  const planned = await makePlan(reached, options);
  if (options.json) await printData(`${JSON.stringify(replayPlanJson(reached, planned), undefined, 2)}\n`);
  else await printPlan(reached, planned);
}

/** Plans a replay. */
export function makePlan(reached: ReachedStage, options: ReplayOptions): Promise<PlannedReplay> {
  return explained(async () => {
    const question = await questionOf(reached, options);
    return shown((progress) => planReplay(reached, question, progress));
  });
}

/** Prints a plan for people. */
export async function printPlan(reached: ReachedStage, planned: PlannedReplay): Promise<void> {
  await print(`${replayPlanText(reached, planned, webhookNamed(planned.request.webhook))}\n`);
  for (const problem of planned.plan.problems) printNote(problem);
}

/** Returns a plan for programs, with what the replay would cost. */
export function replayPlanJson({ outputs }: ReachedStage, { request, hours, plan }: PlannedReplay) {
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
    dollars: replayBill(webhookNamed(request.webhook), plan),
  };
}
