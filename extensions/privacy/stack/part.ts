import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import { keyFor } from "@rainhooks/stack/policies/key-use";
import type { PolicyContext, StackPart } from "@rainhooks/stack/stack-part";
import { erasuresTable } from "@rainhooks/stage/tables/stage-tables";
import { deadLetterStatements } from "../../repair/stack/policies.ts";

/** What was erased, which readers of the archive leave out, and who may erase and export. */
export const privacyPart: StackPart = {
  name: "privacy",
  // An erasure waits for replays and rebuilds, and keeps others from starting.
  needs: ["repair"],
  tables: [erasuresTable],
  tasks: [
    // It reads and writes everything.
    { name: "erase", isUsual: false, isRecorded: true, statements: eraseStatements },
    { name: "archive", statements: (config) => [seeErased(config, "SeeErased")] },
    { name: "verify", statements: (config) => [seeErased(config, "SeeErasedToVerify")] },
    { name: "rebuild", isUsual: false, statements: (config) => [seeErased(config, "SeeErasedToRebuild")] },
  ],
};

function seeErased(config: StackConfig, Sid: string): PolicyStatement {
  const table = arnMaker(config).of("dynamodb", `table/${nameOf(config, erasuresTable.name)}`);
  return { Sid, Action: ["dynamodb:Scan"], Resource: [table] };
}

/**
 * What finds and changes all data of a stage: every table, the archive with its older versions, the dead
 * letters.
 */
function eraseStatements(config: StackConfig, context: PolicyContext): PolicyStatement[] {
  const arns = arnMaker(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
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
      Resource: context.tables.map((name) => arns.of("dynamodb", `table/${nameOf(config, name)}`)),
    },
    ...deadLetterStatements(config, context)
      .filter(({ Sid }) => ["CountWaiting", "ShowDeadLetters", "TakeDeadLetters"].includes(Sid))
      .map((statement) => ({ ...statement, Sid: `${statement.Sid}ToErase` })),
    // How old what waits is. CloudWatch cannot limit it to some metrics.
    { Sid: "AskWhatWaitsToErase", Action: ["cloudwatch:GetMetricData"], Resource: ["*"] },
    ...keyFor(config, "Erase", ["kms:Decrypt", "kms:GenerateDataKey"]),
  ];
}
