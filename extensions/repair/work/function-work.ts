import { DAY_MS } from "@rainhooks/core/durations";
import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { compareInSlots } from "../rebuild/compare-work.ts";
import { keepObjects, writeRows } from "../rebuild/fill-work.ts";
import { clearSegment, copySegment, hasItems } from "../rebuild/slot-work.ts";
import { countIds, keepIds } from "../verify/count-ids.ts";
import { explainObjects } from "../verify/explain.ts";
import { chooseNodes, readNodes } from "../verify/verify-nodes.ts";
import { compareFacts, readObjects, readTable } from "../verify/verify-work.ts";
import { type JobRules, type WorkDependencies, WorkJob } from "./job.ts";
import { dropObjects } from "./partitions.ts";
import { errorJson, readWorkRequest, type WorkReply } from "./request.ts";

/** A command that has not ended within this time has left its files behind. */
const MAX_JOB_MS = DAY_MS;

/**
 * All that the function does for commands, by the names with which they call it. What is read is kept in
 * files by partition. Results are JSON, and each call may be repeated.
 */
const METHODS = {
  ...{ readTable, readObjects, compareFacts, explainObjects, chooseNodes, readNodes, keepIds, countIds },
  ...{ hasItems, copySegment, clearSegment, keepObjects, writeRows, compareInSlots },
  /** Deletes the files of the job, and what others have left behind. */
  dropFiles: ({ files, dependencies: { folder, nowMs } }: WorkJob) =>
    dropObjects(files, `${folder}/`, nowMs() - MAX_JOB_MS),
};

export type WorkMethods = typeof METHODS;
/** Does what a command asks for: one call of a method. */
export type FunctionWork = (event: unknown, isLate: () => boolean) => Promise<WorkReply>;

/**
 * Returns what does the calls of a function. An error that a command can understand is part of the reply; the
 * function itself fails only when something is wrong with it.
 */
export function functionWork(dependencies: WorkDependencies): FunctionWork {
  const methods = new Map<string, unknown>(Object.entries(METHODS));
  // Rules of the past do not change, and a job needs no newer ones.
  let rules: { readonly job: string; readonly read: Promise<JobRules> } | undefined;
  const rulesOf = (job: string): Promise<JobRules> => {
    if (rules?.job === job) return rules.read;
    const read = dependencies.readRules();
    rules = { job, read };
    read.catch(() => {
      rules = undefined;
    });
    return read;
  };
  return async (event, isLate) => {
    try {
      const { setup, name, args } = readWorkRequest(event);
      const job = new WorkJob(setup, () => rulesOf(setup.job), isLate, dependencies);
      // What the methods take was sent by the same version.
      const method = methods.get(name) as ((of: WorkJob, ...more: unknown[]) => Promise<unknown>) | undefined;
      if (method === undefined)
        throw new RainhooksError("input-invalid", `There is no work ${name}.`, { permanent: true });
      return { result: await method(job, ...args), partitions: [...job.partitions] };
    } catch (thrown) {
      return { error: errorJson(toRainhooksError(thrown)) };
    }
  };
}
