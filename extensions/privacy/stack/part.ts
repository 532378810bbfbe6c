import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { nameOf, type StackConfig } from "@rainhooks/stack/config/config";
import { deadLetterStatements } from "@rainhooks/stack/policies/dead-letters";
import {
  arnMaker,
  keyFor,
  type PolicyStatement,
  statementsOf,
} from "@rainhooks/stack/policies/document";
import type { PolicyContext, StackPart } from "@rainhooks/stack/stack-part";
import { erasuresTable } from "@rainhooks/stage/tables/stage-tables";

/** What was erased, which readers of the archive leave out, and who may erase and export. */
export const privacyPart: StackPart = {
  name: "privacy",
  tasks: [
    // It reads and writes everything.
    {
      name: "erase",
      isUsual: false,
      isRecorded: true,
      changes: { items: ["*"], messages: ["*-dead-letters"], objects: ["archive-*/*"] },
      statements: eraseStatements,
    },
    { name: "archive", statements: (config) => [seeErased(config, "SeeErased")] },
    { name: "verify", statements: (config) => [seeErased(config, "SeeErasedToVerify")] },
    {
      name: "rebuild",
      isUsual: false,
      statements: (config) => [seeErased(config, "SeeErasedToRebuild")],
    },
  ],
};

function seeErased(config: StackConfig, Sid: string): PolicyStatement {
  const table = arnMaker(config).table(erasuresTable.name);
  return { Sid, Action: ["dynamodb:Scan"], Resource: [table] };
}

/**
 * What finds and changes all data of a stage: every table, the archive with its older versions, the
 * dead letters.
 */
function eraseStatements(config: StackConfig, context: PolicyContext): PolicyStatement[] {
  const { bucket, table } = arnMaker(config);
  const archive = bucket(nameOf(config, "archive-*"));
  // Which tables are live is nobody's data.
  const erased = context.tables.filter((name) => name !== tableSlotsTable.name);
  return [
    ...statementsOf([
      ["ListToErase", "s3: GetBucketLocation ListBucket ListBucketVersions", [archive]],
      [
        "EraseInArchive",
        "s3: DeleteObjectVersion GetObject GetObjectVersion PutObject",
        [`${archive}/*`],
      ],
      ["SearchTables", "dynamodb: DescribeTable GetItem Scan", context.tables.map(table)],
      ["EraseInTables", "dynamodb: DeleteItem PutItem UpdateItem", erased.map(table)],
    ]),
    ...deadLetterStatements(config, context)
      .filter(({ Sid }) => ["CountWaiting", "ShowDeadLetters", "TakeDeadLetters"].includes(Sid))
      .map((statement) => ({ ...statement, Sid: `${statement.Sid}ToErase` })),
    // How old what waits is. CloudWatch cannot limit it to some metrics.
    ...statementsOf([["AskWhatWaitsToErase", "cloudwatch: GetMetricData", ["*"]]]),
    ...keyFor(config, "Erase", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}
