import { randomUUID } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { SECOND_MS } from "@rainhooks/core/durations";
import { readQueue } from "@rainhooks/stage/operate/stage/count-messages";
import type { FunctionConfig } from "@rainhooks/webhook/config";
import { customMetrics } from "@rainhooks/webhook/observe/metrics";
import { NO_QUEUE } from "@rainhooks/webhook/resources";
import type { Run } from "@rainhooks/webhook/run-handler";
import { storeClient } from "@rainhooks/webhook/store-client";
import { alarmEventPublisher } from "../../sweep/alarm-event.ts";
import { readBehindMs, runSweep } from "../../sweep/run-sweep.ts";
import { holdSweep, SweepMemory } from "../../sweep/sweep-state.ts";
import { OUTAGES_LEFT_OUT, SWEEP_BEHIND, watch } from "./scheduled.ts";

/** What the function works with besides its configuration; the defaults are for Lambda. */
export interface SweepServices {
  readonly client?: DynamoDBClient;
  readonly sqs?: SQSClient;
  readonly sns?: SNSClient;
  readonly writeLine?: (line: string) => void;
}

/**
 * Time for the evaluation of nodes and series: the next sweep begins a minute after this one, and
 * goes on where this one was.
 */
const BUDGET_MS = 45 * SECOND_MS;
/** Time before the function's timeout in which nothing new is begun. */
const RESERVED_MS = 15 * SECOND_MS;

/** Makes what the function runs every minute: a sweep, unless another one runs. */
export function makeSweep(
  { resources, stage }: FunctionConfig<typeof watch>,
  {
    client = storeClient(watch, resources),
    sqs = new SQSClient({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false }),
    sns = new SNSClient(AWS_CLIENT_OPTIONS),
    writeLine = console.log,
  }: SweepServices = {},
): Run {
  const tables = {
    rules: { client, tableName: resources.watchRules },
    alarms: { client, tableName: resources.alarms },
    nodes: { client, tableName: resources.nodeStatus, timelineTableName: resources.nodeTimeline },
    series: { client, tableName: resources.timeSeries },
  };
  const { nodeStatusQueue, timeSeriesQueue } = resources;
  const stores = {
    "node-status": () => readQueue(sqs, nodeStatusQueue),
    ...(timeSeriesQueue === NO_QUEUE
      ? {}
      : { "time-series": () => readQueue(sqs, timeSeriesQueue) }),
  };
  const memory = new SweepMemory();
  let doneMs: number | undefined;
  const write = (metrics: Parameters<typeof customMetrics>[1], nowMs: number) =>
    writeLine(customMetrics({ Stage: stage }, metrics, nowMs));

  async function sweep({ nowMs, log, remainingMs }: Parameters<Run>[0]) {
    const endMs = performance.now() + BUDGET_MS;
    const report = await runSweep({
      ...tables,
      stores,
      send: alarmEventPublisher(sns, resources.alarmEvents),
      nowMs,
      memory,
      hasTime: () => performance.now() < endMs && remainingMs() > RESERVED_MS,
    });
    const { waits, problem, behindMs } = report;
    if (problem !== undefined) log("error", problem);
    if (waits !== undefined) log("warn", "Alarms wait", { ...waits });
    const leftOut = problem === undefined ? {} : { [OUTAGES_LEFT_OUT]: ["Count", 1] as const };
    write({ [SWEEP_BEHIND]: ["Seconds", behindMs / SECOND_MS], ...leftOut }, nowMs);
    doneMs = nowMs - behindMs;
    return report;
  }

  /**
   * Says how far the last sweep was behind: of a sweep that fails or does not end, nobody else
   * does.
   */
  async function sayBehind(nowMs: number): Promise<void> {
    doneMs ??= nowMs;
    const behindMs = await readBehindMs(tables, nowMs).catch(() => 0);
    write({ [SWEEP_BEHIND]: ["Seconds", Math.max(behindMs, nowMs - doneMs) / SECOND_MS] }, nowMs);
  }

  return async (context) => {
    const { nowMs, remainingMs } = context;
    const holder = randomUUID();
    const untilMs = nowMs + Math.min(remainingMs(), watch.function.timeoutS * SECOND_MS);
    try {
      if (await holdSweep(tables.alarms, holder, nowMs, untilMs)) return await sweep(context);
    } catch (error) {
      await sayBehind(nowMs);
      throw error;
    } finally {
      // If that fails, it is free when the function has ended.
      await holdSweep(tables.alarms, holder, nowMs, nowMs).catch(() => undefined);
    }
    await sayBehind(nowMs);
    return { skipped: "another sweep runs" };
  };
}
