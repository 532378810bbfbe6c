import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import { nameOf, type StackConfig } from "@rainhooks/stack/config/config";
import {
  arnMaker,
  keyFor,
  type PolicyStatement,
  statementsOf,
} from "@rainhooks/stack/policies/document";
import type { PolicyContext } from "@rainhooks/stack/stack-part";
import { replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { deadLetterQueueName, replayQueueName } from "@rainhooks/webhook/names";
import { replayedQueuesOf } from "@rainhooks/webhook/resources";

/** What reads the archive, and sends from it to the webhooks that accept replays. */
export function replayStatements(
  config: StackConfig,
  { functions, tables }: PolicyContext,
): PolicyStatement[] {
  if (!tables.includes(replaysTable.name)) return [];
  const { bucket, queue, table } = arnMaker(config);
  const archive = bucket(nameOf(config, "archive-*"));
  const webhooks = triggeredBy(functions, "topics").filter(({ replay }) => replay !== "refuse");
  const accepting = webhooks.map(({ name }) => name);
  const further = webhooks.flatMap(replayedQueuesOf);
  return [
    ...statementsOf([
      ["ListToReplay", "s3: GetBucketLocation ListBucket", [archive]],
      ["ReadToReplay", "s3: GetObject", [`${archive}/*`]],
      [
        "Replay",
        "sqs: GetQueueAttributes SendMessage",
        accepting.map((name) => queue(replayQueueName(name))),
      ],
      [
        "WatchReplay",
        "sqs: GetQueueAttributes",
        [...accepting.map(deadLetterQueueName), ...further].map(queue),
      ],
      [
        "KeepReplays",
        "dynamodb: BatchWriteItem GetItem PutItem Query Scan",
        [table(replaysTable.name)],
      ],
      ["FindLate", "dynamodb: Query", [table(archiveHoursTable.name)]],
      // How old the archive's waiting deliveries are. CloudWatch cannot limit it to some metrics.
      ["AskWhatWaits", "cloudwatch: GetMetricData", ["*"]],
    ]),
    ...keyFor(config, "Replay", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}
