import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AWS_CLIENT_OPTIONS, SECOND_MS } from "@rainhooks/core";
import { alarmEventPublisher, obstacleOf, runSweep, SweepMemory } from "@rainhooks/watch";
import { type FunctionConfig, type Run, storeClient } from "@rainhooks/webhook";
import { ownMetrics } from "@rainhooks/webhook/metrics";
import { SWEEP_BEHIND, watch } from "./scheduled.ts";

/** What the function works with besides its configuration; the defaults are for Lambda. */
export interface SweepServices {
  readonly client?: DynamoDBClient;
  readonly sqs?: SQSClient;
  readonly sns?: SNSClient;
  readonly writeLine?: (line: string) => void;
}

/** Time for the evaluation of nodes and series: the next sweep begins a minute after this one, and goes on where this one was. */
const BUDGET_MS = 45 * SECOND_MS;
/** Time before the function's timeout in which nothing new is begun. */
const RESERVED_MS = 15 * SECOND_MS;

/** Makes what the function runs every minute: a sweep. */
export function makeSweep(
  { resources, stage }: FunctionConfig<typeof watch>,
  {
    client = storeClient(watch, resources),
    sqs = new SQSClient({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false }),
    sns = new SNSClient(AWS_CLIENT_OPTIONS),
    writeLine = console.log,
  }: SweepServices = {},
): Run {
  const alarms = { client, tableName: resources.alarms };
  const memory = new SweepMemory();
  return async ({ nowMs, log, remainingMs }) => {
    const endMs = performance.now() + BUDGET_MS;
    const report = await runSweep({
      rules: { client, tableName: resources.watchRules },
      alarms,
      nodes: { client, tableName: resources.nodeStatus, timelineTableName: resources.nodeTimeline },
      series: { client, tableName: resources.timeSeries },
      send: alarmEventPublisher(sns, resources.alarmEvents),
      nowMs,
      memory,
      hasTime: () => performance.now() < endMs && remainingMs() > RESERVED_MS,
      obstacle: async () =>
        obstacleOf(alarms, "node-status", await waitingIn(sqs, resources.nodeStatusQueue), nowMs),
    });
    const { waits, problem, behindMs, ...counts } = report;
    if (problem !== undefined) log("error", problem);
    if (waits !== undefined) log("warn", "Alarms wait: events have not arrived yet", { waits });
    const metrics = { [SWEEP_BEHIND]: ["Seconds", behindMs / SECOND_MS] } as const;
    writeLine(ownMetrics({ Stage: stage }, metrics, nowMs));
    return { ...counts, behindMs, ...(waits === undefined ? {} : { waits }) };
  };
}

/** Returns how many messages wait in a queue. */
async function waitingIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
  );
  return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
}
