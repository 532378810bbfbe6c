import { RainhooksError, toRainhooksError } from "@rainhooks/core/errors";
import { type JobRules, type WorkDependencies, WorkJob } from "./job.ts";
import { errorJson, readWorkRequest, type WorkReply } from "./request.ts";

/** Does what a command asks for: one call of a method. */
export type FunctionWork = (event: unknown, isLate: () => boolean) => Promise<WorkReply>;

/**
 * Returns what does the calls of a function, by the names of its methods. An error that a command
 * can understand is part of the reply; the function itself fails only when something is wrong with
 * it.
 */
export function functionWork(all: object, dependencies: WorkDependencies): FunctionWork {
  const methods = new Map<string, unknown>(Object.entries(all));
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
      const method = methods.get(name) as
        | ((of: WorkJob, ...more: unknown[]) => Promise<unknown>)
        | undefined;
      if (method === undefined)
        throw new RainhooksError("input-invalid", `There is no work ${name}.`, { permanent: true });
      return { result: await method(job, ...args), partitions: [...job.partitions] };
    } catch (thrown) {
      return { error: errorJson(toRainhooksError(thrown)) };
    }
  };
}
