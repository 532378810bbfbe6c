import { randomBytes } from "node:crypto";
import { createJob, NO_COUNTS, type ReplayJob } from "@rainhooks/operate";
import { confirm } from "../confirm.ts";
import { print } from "../output.ts";
import { callerOf } from "./caller.ts";
import { makePlan, number, type Planned, printPlan } from "./plan.ts";
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
  const question = `Send ${number(planned.plan.matched)} deliveries to ${webhook} again?`;
  if (!(options.yes || (await confirm(question)))) {
    await print("Nothing was sent.\n");
    return;
  }
  const job = await newJob(planned);
  await createJob(replayTable(planned.reached), job);
  await print(`Replay ${job.id} has started. To stop it: Ctrl-C, or rainhooks replay cancel ${job.id}\n`);
  await runJob(planned.reached, job);
}

async function newJob({ reached, request, hours, plan }: Planned): Promise<ReplayJob> {
  const nowMs = Date.now();
  return {
    id: jobId(nowMs),
    request,
    state: "running",
    startedBy: await callerOf(reached),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
    hours,
    planned: plan.matched,
    counts: NO_COUNTS,
    resumed: 0,
    problems: [],
  };
}

/** Returns an id with the time: `20261124-081500-4f2a`. */
function jobId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, "").slice(0, 15).replace("T", "-");
  return `${time}-${randomBytes(2).toString("hex")}`;
}
