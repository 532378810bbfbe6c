import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { AWS_CLIENT_OPTIONS } from "@rainhooks/core/aws-client";
import { ALL_CHECKS } from "@rainhooks/extensions/checks";
import { outputsAt } from "@rainhooks/stage/read-outputs";
import { makeRound } from "@rainhooks/stage/rounds/make-round";
import { runHandler } from "@rainhooks/webhook/run-handler";
import { rounds } from "./scheduled.ts";

export const handler = runHandler(rounds, ({ stage, resources }) => {
  const ssm = new SSMClient(AWS_CLIENT_OPTIONS);
  const topics = new Map<string, SNSClient>();
  const clients = {
    dynamodb: new DynamoDBClient(AWS_CLIENT_OPTIONS),
    sqs: new SQSClient({ ...AWS_CLIENT_OPTIONS, useQueueUrlAsEndpoint: false }),
    cloudwatch: new CloudWatchClient(AWS_CLIENT_OPTIONS),
    snsOf: (region: string) => {
      const client = topics.get(region) ?? new SNSClient({ ...AWS_CLIENT_OPTIONS, region });
      topics.set(region, client);
      return client;
    },
  };
  return async ({ nowMs, log }) => {
    // They are read each time: a deployment changes them.
    const outputs = await outputsAt(stage, resources.stage, ssm);
    if (outputs === undefined) return undefined;
    const result = await makeRound({ outputs, clients, checks: ALL_CHECKS, nowMs });
    if (result === undefined) log("warn", "Another round is being made");
    return result;
  };
});
