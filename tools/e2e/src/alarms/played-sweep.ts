import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { PublishBatchCommandInput, SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { watch } from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { makeSweep } from "@rainhooks/extensions/alarms/functions/watch/sweep";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { changeWatchRule } from "@rainhooks/extensions/alarms/rules/rule-store";
import { watchRulesTable } from "@rainhooks/extensions/alarms/watch-tables";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { type RunHandler, runHandler } from "@rainhooks/webhook/run-handler";
import type { PlayedQueues } from "../played-queues.ts";

/** What a sweep calls, and where its lines go. */
export interface SweepServices {
  readonly client: DynamoDBClient;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly writeLine: (line: string) => void;
}

/** Makes the function that finds alarms, in the time of a play. */
export function playedSweep(queues: PlayedQueues, services: SweepServices): RunHandler {
  const names = {
    ...queues.namesFor(watch.name),
    topicArnOf: (event: string) => event,
    queues: undefined,
  };
  return runHandler(watch, (config) => makeSweep(config, services), {
    environment: functionEnvironment(watch, names),
    writeLine: services.writeLine,
    nowMs: () => queues.nowMs,
  });
}

/** A client of SNS that gives away the messages about alarms that are published. */
export function snsOf(take: (message: string) => void): SNSClient {
  const send = async ({ input }: { input: PublishBatchCommandInput }) => {
    for (const { Message = "" } of input.PublishBatchRequestEntries ?? []) take(Message);
    return { Failed: [] };
  };
  return { send } as unknown as SNSClient;
}

/** Adds rules that hold from a time, in a table of this name. */
export async function addRules(
  client: DynamoDBClient,
  rules: readonly object[],
  fromMs: number,
  tableName: string = watchRulesTable.name,
): Promise<void> {
  for (const one of rules) {
    const rule = readRule(JSON.stringify(one));
    await changeWatchRule({ client, tableName }, rule.name, { status: "in-force", rule }, fromMs);
  }
}
