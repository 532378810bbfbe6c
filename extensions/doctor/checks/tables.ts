import { DescribeTableCommand, ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { slotClient } from "@rainhooks/stage/tables/live-tables";
import { type Check, ok, wrong } from "../check.ts";

/** Each table is there, and its key can be used. */
export const tables: Check = {
  name: "tables",
  page: "first-deployment.md#tables",
  needs: { tables: ["dynamodb:DescribeTable"] },
  run: async ({ stage }) => {
    const client = slotClient(stage);
    const problems = Object.values(stage.outputs.tables).map(async (TableName) => {
      try {
        const { Table = {} } = await client.send(new DescribeTableCommand({ TableName }));
        if (Table.SSEDescription?.InaccessibleEncryptionDateTime !== undefined)
          return [wrong(`DynamoDB cannot use the key of ${TableName}`, ENABLE)];
        const { TableStatus = "ACTIVE" } = Table;
        if (["ACTIVE", "UPDATING"].includes(TableStatus)) return [];
        return [wrong(`the table ${TableName} is ${TableStatus}`, "Wait, and look again.")];
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        return [wrong(`the table ${TableName} does not exist`, "Read docs/runbook.md before you deploy.")];
      }
    });
    const all = (await Promise.all(problems)).flat();
    return all.length > 0 ? all : [ok(`${problems.length} tables are there`)];
  },
};

const ENABLE =
  "Enable the key (kmsKeyArn) within seven days, and compare its policy with npm run key-policy.";
