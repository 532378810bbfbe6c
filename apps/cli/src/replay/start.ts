import { counted, newTimeId } from "@rainhooks/core";
import { createJob, newJob } from "@rainhooks/operate";
import { asTyped } from "@rainhooks/terminal";
import { confirm } from "../confirm.ts";
import { print } from "../output.ts";
import { onStage } from "../reach/on-stage.ts";
import { callerOf } from "./caller.ts";
import { makePlan, printPlan } from "./plan.ts";
import type { ReplayOptions } from "./request.ts";
import { runJob } from "./run-job.ts";
import { replayTable } from "./target.ts";

/** Plans a replay, asks, and runs it. */
export async function startCommand(
  options: ReplayOptions & { readonly yes?: boolean | undefined },
): Promise<void> {
  const planned = await makePlan(options);
  await printPlan(planned);
  const { webhook } = planned.request;
  const question = `Send ${counted(planned.plan.matched, "delivery", "deliveries")} to ${webhook} again?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was sent.\n");
    return;
  }
  const { reached, request, hours, plan } = planned;
  const nowMs = Date.now();
  const startedBy = await callerOf(reached);
  const job = newJob(newTimeId(nowMs), { request, hours, planned: plan.matched, startedBy, nowMs });
  await createJob(replayTable(planned.reached), job);
  const cancel = asTyped(`rainhooks replay cancel ${job.id}${onStage(options)}`);
  await print(`Replay ${job.id} has started. To stop it: Ctrl-C, or ${cancel}\n`);
  await runJob(planned.reached, job, options);
}
