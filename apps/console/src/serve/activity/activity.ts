import { join } from "node:path";
import { SECOND_MS } from "@rainhooks/core/durations";
import { readOldestMessages } from "@rainhooks/stage/local-endpoint";
import { type ActivityRange, type Bins, binsOf } from "@rainhooks/stage/routes/bins";
import { allQueued, queueNameOf, type StageAccess } from "@rainhooks/stage/stage-access";
import { activityInCloudWatch, metricsOf } from "./from-cloudwatch.ts";
import { type FunctionActivity, LogActivity } from "./from-log.ts";

/** What webhooks and workers did in a range of times, in equal bins, by their names. */
export interface ActivityResult extends Bins {
  readonly webhooks: Readonly<Record<string, FunctionActivity>>;
}

/**
 * Reads what webhooks and workers did: of the local stage from the logs of its functions, of a
 * deployed one from CloudWatch.
 *
 * @param logs What was read of logs so far, by the names of functions.
 */
export async function activityResult(
  access: StageAccess,
  range: ActivityRange,
  nowMs: number,
  logs: Map<string, LogActivity>,
): Promise<ActivityResult> {
  const bins = binsOf(range, nowMs);
  const queued = allQueued(access).map(([name, { queueUrl }]) => ({ name, queueUrl }));
  const { local } = access;
  if (local === undefined) {
    const { stage, region } = access.outputs;
    const found = await activityInCloudWatch(metricsOf(region), stage, queued, bins, nowMs);
    return { ...bins, webhooks: Object.fromEntries(found) };
  }
  const oldest = await readOldestMessages(local.file.endpoint);
  const read = queued.map(async ({ name, queueUrl }): Promise<[string, FunctionActivity]> => {
    const log = logs.get(name) ?? new LogActivity(join(local.dataDir, "logs", `${name}.log`));
    logs.set(name, log);
    const logged = await log.read(bins);
    const sentMs = oldest.get(queueNameOf(queueUrl));
    return [
      name,
      {
        ...logged,
        ...(sentMs === undefined ? {} : { oldestS: Math.max(0, nowMs - sentMs) / SECOND_MS }),
      },
    ];
  });
  return { ...bins, webhooks: Object.fromEntries(await Promise.all(read)) };
}
