import { setTimeout as pause } from "node:timers/promises";
import { SHIPPED } from "@rainhooks/app-list";
import { bundleDir } from "@rainhooks/app-list/bundles";
import { queryApi } from "@rainhooks/app-list/query-api";
import { drainQueues, waitingRecords } from "@rainhooks/app-local/run-fleet";
import { webhooksWithTimeout } from "@rainhooks/app-local/testing/test-stage";
import { SECOND_MS } from "@rainhooks/core/durations";
import { type Stage, startStage } from "@rainhooks/local/aws/stage/stage";
import type { StageOptions } from "@rainhooks/local/aws/stage/stage-options";
import { triggeredBy } from "@rainhooks/webhook/define-function";

/** Options of the stage of a battery. */
export interface BatteryStageOptions {
  readonly dataDir: string;
  /**
   * Timeout of the functions: records of a process that was killed come back after six times that.
   */
  readonly timeoutS: number;
  readonly print: (text: string) => void;
}

/** As in AWS: with fewer, a battery mostly waits for calls that are slow or repeated. */
const MAX_CONCURRENCY = 10;

/** The webhooks that a battery runs. */
const BATTERY_WEBHOOKS = ["archive", "node-status", "time-series"];

/** Starts the stage of a battery. */
export function startBatteryStage(
  { dataDir, print, timeoutS }: BatteryStageOptions,
  services: NonNullable<StageOptions["services"]>,
  functionEndpoint: (name: string, endpoint: string) => Promise<string>,
): Promise<Stage> {
  let problems = 0;
  return startStage({
    name: "local",
    functions: [
      ...webhooksWithTimeout(BATTERY_WEBHOOKS, timeoutS),
      queryApi,
      ...triggeredBy(SHIPPED, "invocation"),
    ],
    dataDir,
    port: 0,
    queryPort: 0,
    services,
    functionEndpoint,
    bundleDir,
    freezes: true,
    maxConcurrency: MAX_CONCURRENCY,
    // Faults and kills make many of them.
    onProblem: (text) => {
      problems += 1;
      if (problems % 1000 === 0)
        print(`${problems} problems so far, such as: ${text.slice(0, 200)}`);
    },
  });
}

/** Records in all queues above which publishing waits. */
const MAX_WAITING = 6000;
/** How long records may wait without any progress until they count as stuck. */
const STALL_MS = 300 * SECOND_MS;

/** Waits while too many records are in the queues of a stage. */
export async function waitForStage(stage: Stage, signal: AbortSignal): Promise<void> {
  while ((await waitingRecords(stage)) > MAX_WAITING && !signal.aborted) await pause(200);
}

/**
 * Waits until everything that was published is handled; returns how many records still wait when
 * nothing moves any more.
 */
export async function untilIdle(stage: Stage): Promise<number> {
  await drainQueues(stage, undefined, STALL_MS);
  return waitingRecords(stage);
}
