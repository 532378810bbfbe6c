import { counted } from "@rainhooks/core/counted";
import { confirm } from "@rainhooks/stage/commands/confirm";
import { print } from "@rainhooks/stage/commands/output";
import { reachStage } from "@rainhooks/stage/commands/reach-stage";
import type { Functions } from "@rainhooks/stage/functions";
import { startReplay } from "../../replay/run-job.ts";
import { makePlan, printPlan } from "./plan-replay.ts";
import type { ReplayOptions } from "./request.ts";
import { runShown } from "./run.ts";

/** Plans a replay, asks, and runs it. */
export async function startCommand(
  options: ReplayOptions & { readonly yes?: boolean | undefined },
  functions: Functions,
): Promise<void> {
  const reached = await reachStage(options);
  const planned = await makePlan(reached, options);
  await printPlan(reached, planned, functions);
  const question = `Send ${counted(planned.plan.matched, "delivery", "deliveries")} to ${planned.request.webhook} again?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was sent.\n");
    return;
  }
  await runShown(options, (running) => startReplay(reached, planned, running));
}
