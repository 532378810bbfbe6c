import { DescribeTableCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { mapLimited } from "@rainhooks/core/collections";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { type Check, type Finding, ok, wrong } from "../check.ts";

const AT_ONCE = 8;

/** Each table is there, and its key can be used. */
export const tables: Check = {
  name: "tables",
  page: "first-deployment.md#tables",
  needs: { tables: ["dynamodb:DescribeTable"] },
  run: async ({ stage }) => {
    const client = slotClient(stage);
    const all = Object.values(stage.outputs.tables);
    const found = await mapLimited(all, AT_ONCE, async (TableName): Promise<Finding[]> => {
      const described = await client.send(new DescribeTableCommand({ TableName })).catch((error: unknown) => {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      });
      if (described === undefined)
        return [
          wrong(`the table ${TableName} does not exist`, "Read runbook.md before you deploy the stage."),
        ];
      const { TableStatus, SSEDescription } = described.Table ?? {};
      if (SSEDescription?.InaccessibleEncryptionDateTime !== undefined || TableStatus === NO_KEY)
        return [wrong(`DynamoDB cannot use the key of ${TableName}`, ENABLE)];
      return TableStatus === "ACTIVE" || TableStatus === "UPDATING"
        ? []
        : [wrong(`the table ${TableName} is ${TableStatus}`, "Wait until it is active, and look again.")];
    });
    const problems = found.flat();
    return problems.length === 0 ? [ok(`${all.length} tables are there`)] : problems;
  },
};

/** Source: Amazon DynamoDB API reference, "TableDescription". */
const NO_KEY = "INACCESSIBLE_ENCRYPTION_CREDENTIALS";
const ENABLE =
  "Enable the key (kmsKeyArn) in KMS, and compare its policy with npm run key-policy. After seven days DynamoDB archives the table.";
