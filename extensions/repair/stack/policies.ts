import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import { keyFor } from "@rainhooks/stack/policies/key-use";
import type { PolicyContext } from "@rainhooks/stack/stack-part";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { deadLetterQueueName, replayQueueName } from "@rainhooks/webhook/names";

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
      Action: ["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan"],
      Resource: [table(replaysTable.name)],
    },
    { Sid: "FindLate", Action: ["dynamodb:Query"], Resource: [table(archiveHoursTable.name)] },
    // How old the archive's waiting deliveries are. CloudWatch cannot limit it to some metrics.
    { Sid: "AskWhatWaits", Action: ["cloudwatch:GetMetricData"], Resource: ["*"] },
    ...keyFor(config, "Replay", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}
