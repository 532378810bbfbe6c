import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import type { StackConfig } from "@rainhooks/stack/config/config";
import { nameOf } from "@rainhooks/stack/names";
import { arnMaker } from "@rainhooks/stack/policies/arns";
import type { PolicyStatement } from "@rainhooks/stack/policies/document";
import { keyFor } from "@rainhooks/stack/policies/key-use";
import type { PolicyContext } from "@rainhooks/stack/stack-part";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { storeWork } from "../functions/store-work/function.ts";

/** What fills, compares and empties the tables of both slots. Archive and rules are read as for `verify`. */
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
      Sid: "Rebuild",
      Action: [
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DescribeTable",
        "dynamodb:PutItem",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
      ],
      Resource: rebuilt.flatMap(deployedTables).map(({ name }) => table(name)),
    },
    {
      Sid: "SayWhatIsLive",
      Action: ["dynamodb:PutItem"],
      Resource: [table(tableSlotsTable.name)],
    },
  ];
}

/** What reads the archive and the tables of both slots. */
export function verifyStatements(config: StackConfig, { deployed }: PolicyContext): PolicyStatement[] {
  const arns = arnMaker(config);
  const archive = arns.bucket(nameOf(config, "archive-*"));
  const table = (name: string) => arns.of("dynamodb", `table/${nameOf(config, name)}`);
  const compared = [nodeStatusTable, nodeTimelineTable, timeSeriesTable]
    .flatMap(deployedTables)
    .map(({ name }) => table(name));
  return [
    { Sid: "ListToVerify", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: [archive] },
    { Sid: "ReadToVerify", Action: ["s3:GetObject"], Resource: [`${archive}/*`] },
    { Sid: "Verify", Action: ["dynamodb:Scan"], Resource: compared },
    ...triggeredBy(deployed, "invocation")
      .filter(({ name }) => name === storeWork.name)
      .flatMap(({ name }) => functionStatements(config, name, compared)),
    {
      Sid: "SeeWhatIsLive",
      Action: ["dynamodb:GetItem"],
      Resource: [table(tableSlotsTable.name)],
    },
    {
      Sid: "VerifyByRules",
      Action: ["dynamodb:BatchGetItem", "dynamodb:Scan"],
      Resource: [table(filterRulesReads.table.name)],
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

/**
 * What lets the function of the stage do the work: how large the tables are says how many invocations read
 * them.
 */
function functionStatements(config: StackConfig, name: string, tables: readonly string[]): PolicyStatement[] {
  return [
    {
      Sid: "LetFunctionVerify",
      Action: ["lambda:InvokeFunction"],
      Resource: [arnMaker(config).of("lambda", `function:${nameOf(config, name)}`)],
    },
    { Sid: "SeeSizesToVerify", Action: ["dynamodb:DescribeTable"], Resource: tables },
  ];
}
