import { join } from "node:path";
import { SECOND_MS } from "@rainhooks/core/durations";
import { readOldestMessages } from "@rainhooks/stage/local-endpoint";
import { allQueued, queueNameOf, type StageAccess } from "@rainhooks/stage/reached";
import { type Activity, type ActivityRange, type Bins, binsOf } from "@rainhooks/stage/routes/bins";
import { activityInCloudWatch, metricsOf } from "./from-cloudwatch.ts";
import type { LogActivities } from "./from-log.ts";

/** What webhooks and workers did in a range of times, in equal bins, by their names. */
export interface ActivityAnswer extends Bins {
  readonly webhooks: Readonly<Record<string, FunctionActivity>>;
}

/** What a webhook or worker did. */
export interface FunctionActivity {
  readonly counts: Activity;
  /** Since when counts are known, if that is not the whole range. */
  readonly sinceMs?: number;
  /** Age of the oldest message that waits, seconds. */
  readonly oldestS?: number;
}

/**
 * Reads what webhooks and workers did: of the local stage from the logs of its functions, of a deployed one
 * from CloudWatch.
 */
export async function activityAnswer(
  reached: StageAccess,
  range: ActivityRange,
  nowMs: number,
  logs: LogActivities,
): Promise<ActivityAnswer> {
  const bins = binsOf(range, nowMs);
  const queued = allQueued(reached).map(([name, { queueUrl }]) => ({ name, queueUrl }));
  const { local } = reached;
  if (local === undefined) {
    const { stage, region } = reached.outputs;
    const found = await activityInCloudWatch(metricsOf(region), stage, queued, bins, nowMs);
    return { ...bins, webhooks: Object.fromEntries(found) };
  }
  const oldest = await readOldestMessages(local.file.endpoint);
  const read = queued.map(async ({ name, queueUrl }): Promise<[string, FunctionActivity]> => {
    const logged = await logs.read(join(local.dataDir, "logs", `${name}.log`), bins);
    const sentMs = oldest?.get(queueNameOf(queueUrl));
    return [
      name,
      { ...logged, ...(sentMs === undefined ? {} : { oldestS: Math.max(0, nowMs - sentMs) / SECOND_MS }) },
    ];
  });
  return { ...bins, webhooks: Object.fromEntries(await Promise.all(read)) };
}
