import { queryApi } from "@rainhooks/app-list/query-api";
import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { erasuresTable } from "@rainhooks/stage/tables/erasures-table";
import { replaysTable } from "@rainhooks/stage/tables/replays-table";
import { type FunctionOf, triggeredBy, type Webhook } from "@rainhooks/webhook/define-function";
import { deadLetterQueueName, replayQueueName } from "@rainhooks/webhook/names";
import { databaseName } from "../archive/database-name.ts";
import type { StageConfig } from "../config/config.ts";
import { nameOf } from "../names.ts";
import { mayListen } from "../outputs.ts";
import type { StageContents } from "../stack.ts";
import { keptData } from "../stores/kept-data.ts";
import { arnMaker, topicArnsOf } from "./arns.ts";
import type { PolicyStatement } from "./document.ts";
import { attemptStatements, destinationStatements } from "./forwarding.ts";
import { keyFor } from "./key-use.ts";
import { rebuildStatements, verifyStatements } from "./verifying.ts";

/** What an operator may do with a stage. */
export const OPERATOR_TASKS = [
  "ask",
  "archive",
  "dead-letters",
  "replay",
  "verify",
  "rebuild",
  "erase",
  "destinations",
  "attempts",
  "logs",
  "listen",
] as const;
export type OperatorTask = (typeof OPERATOR_TASKS)[number];

/**
 * The tasks of a policy for which none is named: all but `rebuild`, which writes tables, and `erase`, which
 * reads and writes everything.
 */
export const USUAL_TASKS = OPERATOR_TASKS.filter((task) => task !== "rebuild" && task !== "erase");

/**
 * Returns the permissions of somebody who works with a deployed stage through the command line.
 *
 * @param tasks `ask`: questions about nodes and series; `archive`: queries and objects of the archive;
 * `dead-letters`: look at them, and redrive and repair them; `replay`: read the archive, and send from it to
 * the webhooks that accept replays; `verify`: read the archive, the tables of node status and time series,
 * and the filter rules, and let the function of the stage do it, if there is one; `rebuild`: that, write
 * those tables in both slots, and say which slot is live; `erase`: find all data of a node or a user, and
 * erase or export it; `destinations`: change them with their secrets, and send to them; `attempts`: look at
 * what was sent to them; `logs`: read the functions' logs; `listen`: get the events on a computer of their
 * own, if the stage allows it.
 */
export function operatorStatements(
  config: StageConfig,
  { functions }: Pick<StageContents, "functions">,
  tasks: readonly OperatorTask[],
): PolicyStatement[] {
  const arns = arnMaker(config);
  const queued = triggeredBy(functions, "topics", "queue").map(({ name }) => name);
  const statements: Readonly<Record<OperatorTask, () => PolicyStatement[]>> = {
    ask: () =>
      triggeredBy(functions, "url")
        .filter(({ name }) => name === queryApi.name)
        .flatMap((api) => askStatements(config, api)),
    archive: () => archiveStatements(config),
    "dead-letters": () => deadLetterStatements(config, queued),
    destinations: () => destinationStatements(config, functions),
    attempts: () => attemptStatements(config, functions),
    replay: () => replayStatements(config, triggeredBy(functions, "topics")),
    verify: () => verifyStatements(config, { functions }),
    rebuild: () => rebuildStatements(config, { functions }),
    erase: () => eraseStatements(config, functions, queued),
    listen: () => listenStatements(config),
    logs: () => [
      {
        Sid: "ReadLogs",
        Action: ["logs:FilterLogEvents", "logs:GetLogEvents"],
        Resource: [arns.of("logs", `log-group:/aws/lambda/${nameOf(config, "*")}`)],
      },
    ],
  };
  return [
    {
      Sid: "FindStage",
      Action: ["ssm:GetParameter"],
      Resource: [arns.of("ssm", `parameter${outputsParameter(config.name)}`)],
    },
    // To list the deployed stages. The call can read everything below this path: secrets have another one.
    {
      Sid: "ListStages",
      Action: ["ssm:GetParametersByPath"],
      Resource: [arns.of("ssm", "parameter/rainhooks")],
    },
    ...tasks.flatMap((task) => statements[task]()),
  ];
}

/** The same calls that the query API makes, and the API itself. */
function askStatements(config: StageConfig, queryApi: FunctionOf<"url">): PolicyStatement[] {
  const arns = arnMaker(config);
  const tables = Object.values(queryApi.resources).flatMap((resource) =>
    resource.kind === "table"
      ? deployedTables(resource.table).map((table) => ({ ...table, actions: resource.actions }))
      : [],
  );
  const read = [...new Set(tables.flatMap(({ actions }) => actions))].sort();
  return [
    {
      Sid: "AskTables",
      Action: read,
      Resource: tables.flatMap(({ name, indexes = [] }) => {
        const table = arns.of("dynamodb", `table/${nameOf(config, name)}`);
        return [table, ...indexes.map((index) => `${table}/index/${index.name}`)];
      }),
    },
    {
      Sid: "AskApi",
      Action: ["lambda:InvokeFunctionUrl"],
      Resource: [arns.of("lambda", `function:${nameOf(config, queryApi.name)}`)],
      Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
    },
    {
      Sid: "AskApiFunction",
      Action: ["lambda:InvokeFunction"],
      Resource: [arns.of("lambda", `function:${nameOf(config, queryApi.name)}`)],
      Condition: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } },
    },
    ...keyFor(config, "Ask", ["kms:Decrypt"]),
  ];
}

function archiveStatements(config: StageConfig): PolicyStatement[] {
  const arns = arnMaker(config);
  const database = databaseName(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const results = arns.bucket(nameOf(config, "results-*"));
  return [
    {
      Sid: "QueryArchive",
      Action: [
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:GetWorkGroup",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
      ],
      Resource: [arns.of("athena", `workgroup/${nameOf(config, "archive")}`)],
    },
    {
      Sid: "ReadArchiveSchema",
      Action: ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable"],
      Resource: [
        arns.of("glue", "catalog"),
        arns.of("glue", `database/${database}`),
        arns.of("glue", `table/${database}/*`),
      ],
    },
    {
      Sid: "ListArchive",
      Action: ["s3:GetBucketLocation", "s3:ListBucket"],
      Resource: [archive, results],
    },
    { Sid: "ReadArchive", Action: ["s3:GetObject"], Resource: [`${archive}/*`] },
    {
      Sid: "KeepResults",
      Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
      Resource: [`${results}/*`],
    },
    // To trace a delivery.
    {
      Sid: "ReadFilterRules",
      Action: filterRulesReads.actions,
      Resource: [arns.of("dynamodb", `table/${nameOf(config, filterRulesReads.table.name)}`)],
    },
    {
      Sid: "SeeErased",
      Action: ["dynamodb:Scan"],
      Resource: [arns.of("dynamodb", `table/${nameOf(config, erasuresTable.name)}`)],
    },
    ...keyFor(config, "Archive", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}

function deadLetterStatements(config: StageConfig, owners: readonly string[]): PolicyStatement[] {
  const arns = arnMaker(config);
  const queue = (name: string) => arns.of("sqs", nameOf(config, name));
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

/**
 * What finds and changes all data of a stage: every table, the archive with its older versions, the dead
 * letters.
 */
function eraseStatements(
  config: StageConfig,
  functions: StageContents["functions"],
  owners: readonly string[],
): PolicyStatement[] {
  const arns = arnMaker(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const tables = keptData(config, functions).tables.flatMap(deployedTables);
  return [
    {
      Sid: "ListToErase",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketVersions"],
      Resource: [archive],
    },
    {
      Sid: "EraseInArchive",
      Action: ["s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
      Resource: [`${archive}/*`],
    },
    {
      Sid: "EraseInTables",
      Action: [
        "dynamodb:DeleteItem",
        "dynamodb:DescribeTable",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
      ],
      Resource: tables.map(({ name }) => arns.of("dynamodb", `table/${nameOf(config, name)}`)),
    },
    ...deadLetterStatements(config, owners)
      .filter(({ Sid }) => ["CountWaiting", "ShowDeadLetters", "TakeDeadLetters"].includes(Sid))
      .map((statement) => ({ ...statement, Sid: `${statement.Sid}ToErase` })),
    // How old what waits is. CloudWatch cannot limit it to some metrics.
    { Sid: "AskWhatWaitsToErase", Action: ["cloudwatch:GetMetricData"], Resource: ["*"] },
    ...keyFor(config, "Erase", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}

function replayStatements(config: StageConfig, webhooks: readonly Webhook[]): PolicyStatement[] {
  const arns = arnMaker(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const queue = (name: string) => arns.of("sqs", nameOf(config, name));
  const table = (name: string) => arns.of("dynamodb", `table/${nameOf(config, name)}`);
  const accepting = webhooks.filter(({ replay }) => replay !== "refuse").map(({ name }) => name);
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
      Action: ["sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
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

function listenStatements(config: StageConfig): PolicyStatement[] {
  if (!mayListen(config)) return [];
  const arns = arnMaker(config);
  return [
    {
      Sid: "ListenInQueues",
      Action: [
        "sqs:CreateQueue",
        "sqs:DeleteMessage",
        "sqs:DeleteQueue",
        "sqs:GetQueueAttributes",
        "sqs:ListQueueTags",
        "sqs:ReceiveMessage",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
      ],
      Resource: [arns.of("sqs", nameOf(config, "listen-*"))],
    },
    { Sid: "FindLeftQueues", Action: ["sqs:ListQueues"], Resource: ["*"] },
    {
      Sid: "ListenToTopics",
      Action: ["sns:Subscribe"],
      Resource: topicArnsOf(config, arns),
      Condition: {
        StringEquals: { "sns:Protocol": "sqs" },
        ArnLike: { "sns:Endpoint": arns.of("sqs", nameOf(config, "listen-*")) },
      },
    },
    // IAM cannot limit which subscriptions of a topic may be removed.
    {
      Sid: "StopListening",
      Action: ["sns:ListSubscriptionsByTopic", "sns:Unsubscribe"],
      Resource: topicArnsOf(config, arns),
    },
  ];
}
