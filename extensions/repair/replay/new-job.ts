import type { HoursToRead } from "@rainhooks/archive/hours/hours-to-read";
import { NO_COUNTS, type ReplayJob, type ReplayRequest } from "@rainhooks/stage/operate/replay-job";

/** What a new job needs besides its id. */
export interface NewJob {
  readonly request: ReplayRequest;
  readonly hours: HoursToRead;
  /** Deliveries that the plan has found. */
  readonly planned: number;
  /** Who starts it: an ARN of AWS. */
  readonly startedBy: string;
  readonly nowMs: number;
}

/** Makes a job that has read nothing. */
export function newJob(id: string, { nowMs, ...given }: NewJob): ReplayJob {
  return {
    id,
    ...given,
    state: "running",
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
    counts: NO_COUNTS,
    resumed: 0,
    problems: [],
  };
}
