import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import { keyFor } from "@rainhooks/stack/policies/key-use";
import type { PolicyContext } from "@rainhooks/stack/stack-part";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { deadLetterQueueName, replayQueueName } from "@rainhooks/webhook/names";
import { storeWork } from "../functions/store-work/function.ts";

/** What looks at dead letters, and sends them to where they come from. */
export function deadLetterStatements(config: StackConfig, { functions }: PolicyContext): PolicyStatement[] {
  const arns = arnMaker(config);
  const queue = (name: string) => arns.of("sqs", nameOf(config, name));
  const owners = triggeredBy(functions, "topics", "queue").map(({ name }) => name);
  const deadLetters = owners.map((name) => queue(deadLetterQueueName(name)));
  return [
    {
      Sid: "ShowDeadLetters",
      Action: ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
      Resource: deadLetters,
    },
    { Sid: "TakeDeadLetters", Action: ["sqs:DeleteMessage"], Resource: deadLetters },
    { Sid: "Redrive", Action: ["sqs:SendMessage"], Resource: owners.map(queue) },
    { Sid: "CountWaiting", Action: ["sqs:GetQueueAttributes"], Resource: owners.map(queue) },
    ...keyFor(config, "Redrive", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}

/** What reads the archive, and sends from it to the webhooks that accept replays. */
export function replayStatements(config: StackConfig, { functions }: PolicyContext): PolicyStatement[] {
  const arns = arnMaker(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const queue = (name: string) => arns.of("sqs", nameOf(config, name));
  const table = (name: string) => arns.of("dynamodb", `table/${nameOf(config, name)}`);
  const accepting = triggeredBy(functions, "topics")
    .filter(({ replay }) => replay !== "refuse")
    .map(({ name }) => name);
  return [
    { Sid: "ListToReplay", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: [archive] },
    { Sid: "ReadToReplay", Action: ["s3:GetObject"], Resource: [`${archive}/*`] },
    {
      Sid: "Replay",
      Action: ["sqs:GetQueueAttributes", "sqs:SendMessage"],
      Resource: accepting.map((name) => queue(replayQueueName(name))),
    },
    {
      Sid: "WatchReplay",
      Action: ["sqs:GetQueueAttributes"],
      Resource: accepting.map((name) => queue(deadLetterQueueName(name))),
    },
    {
      Sid: "KeepReplays",
      Action: [
        "dynamodb:BatchWriteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
      ],
      Resource: [table(replaysTable.name)],
    },
    { Sid: "FindLate", Action: ["dynamodb:Query"], Resource: [table(archiveHoursTable.name)] },
    // How old the archive's waiting deliveries are. CloudWatch cannot limit it to some metrics.
    { Sid: "AskWhatWaits", Action: ["cloudwatch:GetMetricData"], Resource: ["*"] },
    ...keyFor(config, "Replay", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}

/** What rebuilds as the function does it: it says which tables are live, and sees how large they are. */
export function rebuildStatements(config: StackConfig, context: PolicyContext): PolicyStatement[] {
  const arns = arnMaker(config);
  const table = (name: string) => arns.of("dynamodb", `table/${nameOf(config, name)}`);
  const rebuilt = [nodeStatusTable, nodeTimelineTable, timeSeriesTable, timeSeriesRollupsTable];
  const own = verifyStatements(config, context).map((statement) => ({
    ...statement,
    Sid: `${statement.Sid}Rebuilt`,
  }));
  return [
    ...own,
    {
      Sid: "SeeSizesToRebuild",
      Action: ["dynamodb:DescribeTable"],
      Resource: rebuilt.flatMap(deployedTables).map(({ name }) => table(name)),
    },
    {
      Sid: "SayWhatIsLive",
      Action: ["dynamodb:PutItem"],
      Resource: [table(tableSlotsTable.name)],
    },
  ];
}

/** What lets the function of the stage compare its stores with the archive. */
export function verifyStatements(config: StackConfig, { deployed }: PolicyContext): PolicyStatement[] {
  const arns = arnMaker(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const table = (name: string) => arns.of("dynamodb", `table/${nameOf(config, name)}`);
  const works = triggeredBy(deployed, "invocation").filter(({ name }) => name === storeWork.name);
  return [
    { Sid: "ListToVerify", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: [archive] },
    ...works.map(({ name }) => ({
      Sid: "LetFunctionVerify",
      Action: ["lambda:InvokeFunction"],
      Resource: [arns.of("lambda", `function:${nameOf(config, name)}`)],
    })),
    {
      Sid: "SeeWhatIsLive",
      Action: ["dynamodb:GetItem"],
      Resource: [table(tableSlotsTable.name)],
    },
    {
      Sid: "SeeEarlierSubscriptions",
      Action: ["ssm:GetParameterHistory"],
      Resource: [arns.of("ssm", `parameter${outputsParameter(config.name)}`)],
    },
    { Sid: "FindLateToVerify", Action: ["dynamodb:Query"], Resource: [table(archiveHoursTable.name)] },
    // What waits, and what SNS took. CloudWatch cannot limit it to some metrics.
    { Sid: "AskToVerify", Action: ["cloudwatch:GetMetricData"], Resource: ["*"] },
    ...keyFor(config, "Verify", ["kms:Decrypt"]),
  ];
}
