import { archiveHoursTable } from "@rainhooks/archive/hours/hours-table";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { nameOf, type StackConfig } from "@rainhooks/stack/config/config";
import {
  arnMaker,
  keyFor,
  type PolicyStatement,
  statementsOf,
} from "@rainhooks/stack/policies/document";
import type { PolicyContext } from "@rainhooks/stack/stack-part";
import { outputsParameter } from "@rainhooks/stage/outputs";
import { STORE_TABLES } from "@rainhooks/stage/tables/store-tables";
import { type FunctionDefinition, triggeredBy } from "@rainhooks/webhook/define-function";
import { storeRead } from "../functions/store-read/function.ts";
import { storeWork } from "../functions/store-work/function.ts";

/**
 * What rebuilds as the function does it: it says which tables are live, and sees how large they
 * are.
 */
export function rebuildStatements(config: StackConfig, context: PolicyContext): PolicyStatement[] {
  const { table } = arnMaker(config);
  const sized = STORE_TABLES.flatMap(deployedTables).map(({ name }) => table(name));
  return [
    ...verifyStatements(config, context, storeWork).map((one) => ({
      ...one,
      Sid: `${one.Sid}Rebuilt`,
    })),
    ...statementsOf([
      ["SeeSizesToRebuild", "dynamodb: DescribeTable", sized],
      ["SayWhatIsLive", "dynamodb: PutItem", [table(tableSlotsTable.name)]],
    ]),
  ];
}

/**
 * What lets the function of the stage compare its stores with the archive: one that cannot write to
 * them.
 */
export function verifyStatements(
  config: StackConfig,
  { deployed }: PolicyContext,
  work: FunctionDefinition = storeRead,
): PolicyStatement[] {
  const { bucket, of, table } = arnMaker(config);
  const archive = bucket(nameOf(config, "archive-*"));
  const works = triggeredBy(deployed, "invocation").filter(({ name }) => name === work.name);
  const invoked = works.map(({ name }) => of("lambda", `function:${nameOf(config, name)}`));
  const outputs = of("ssm", `parameter${outputsParameter(config.name)}`);
  return [
    ...statementsOf([
      ["ListToVerify", "s3: GetBucketLocation ListBucket", [archive]],
      ["LetFunctionVerify", "lambda: InvokeFunction", invoked],
      ["SeeWhatIsLive", "dynamodb: GetItem", [table(tableSlotsTable.name)]],
      ["SeeEarlierSubscriptions", "ssm: GetParameterHistory", [outputs]],
      ["FindLateToVerify", "dynamodb: Query", [table(archiveHoursTable.name)]],
      // What waits, and what SNS took. CloudWatch cannot limit it to some metrics.
      ["AskToVerify", "cloudwatch: GetMetricData", ["*"]],
    ]),
    ...keyFor(config, "Verify", ["kms:Decrypt"]),
  ];
}
