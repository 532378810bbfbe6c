import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { Usage } from "../cost/usage.ts";
import type { HourlyAlarm } from "../outputs.ts";
import { ROUND_MINUTES } from "./round-check.ts";

const MONTH_MS = 30 * DAY_MS;
const ROUNDS = MONTH_MS / (ROUND_MINUTES * MINUTE_MS);
const HOURS = MONTH_MS / HOUR_MS;
/** Most of it is waiting; with half a gigabyte of memory. */
const ROUND_MS = 500;
const MEMORY_GB = 0.5;
/** Its lease, its end, and when it was made. */
const WRITES = 3;
/** The table, and what other tables a check reads. */
const READS = 8;

/**
 * Returns what the rounds take in a month.
 *
 * @param queues Functions with a queue, each of which has two.
 * @param webhooks Those of them that note when they handled something.
 */
export function roundsUsage({
  queues,
  webhooks,
  hourly,
}: {
  readonly queues: number;
  readonly webhooks: number;
  readonly hourly: readonly HourlyAlarm[];
}): Usage {
  const metrics = hourly.reduce((sum, one) => sum + one.metrics.length, 0);
  return {
    lambdaRequest: ROUNDS,
    lambdaGbS: (ROUNDS * ROUND_MS * MEMORY_GB) / 1000,
    sqsRequest: ROUNDS * queues * 2,
    metricRead: HOURS * metrics,
    dynamoRead: ROUNDS * READS,
    dynamoWrite: ROUNDS * (WRITES + webhooks),
  };
}
