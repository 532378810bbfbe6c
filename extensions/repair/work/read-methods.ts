import { DAY_MS } from "@rainhooks/core/durations";
import { countIds, keepIds } from "../verify/count-ids.ts";
import { explainObjects } from "../verify/explain.ts";
import { chooseNodes, readNodes } from "../verify/verify-nodes.ts";
import { compareFacts, readObjects, readTable } from "../verify/verify-work.ts";
import type { WorkJob } from "./job.ts";
import { dropObjects } from "./partitions.ts";

/** A command that has not ended within this time has left its files behind. */
const MAX_JOB_MS = DAY_MS;

/** Deletes the files of the job, and what others have left behind. */
const dropFiles = ({ files, dependencies: { folder, nowMs } }: WorkJob) =>
  dropObjects(files, `${folder}/`, nowMs() - MAX_JOB_MS);

/** What rebuilds call, too. */
export const COMPARE_METHODS = { readTable, readObjects, compareFacts, explainObjects, dropFiles };

/**
 * What a verification calls in the function, by name. What is read is kept in files by partition,
 * and nothing else is written. Results are JSON, and each call may be repeated.
 */
export const READ_METHODS = { ...COMPARE_METHODS, chooseNodes, readNodes, keepIds, countIds };
