import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createTable, tablesServer } from "@rainhooks/embedded-dynamodb/test-tables";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { startScriptedService } from "@rainhooks/testing/scripted-service";
import { deployedName } from "@rainhooks/webhook/names";
import { VARIABLES } from "@rainhooks/webhook/variables";

/** The environment of a webhook or worker of the stage `dev`. */
const WEBHOOK_ENVIRONMENT = {
  [VARIABLES.stage]: "dev",
  [VARIABLES.integration]: "rainhooks-dev",
  [VARIABLES.deadLetterQueueUrl]:
    "https://sqs.us-east-1.amazonaws.com/123456789012/alerts-dead-letters",
  [VARIABLES.queueUrl]: "https://sqs.us-east-1.amazonaws.com/123456789012/alerts",
  [VARIABLES.filterRulesTable]: deployedName("dev", "filter-rules"),
};

/**
 * Starts what the examples call, in this process: a table for alerts, and Firehose and SQS, which
 * accept everything. The clients that the examples create find them through environment variables,
 * so that an example can look like code for a deployed stage.
 */
export async function startServices(): Promise<void> {
  const body = { FailedPutCount: 0, RequestResponses: [], Successful: [], Failed: [] };
  const { endpoint } = await startScriptedService(() => ({ body }));
  Object.assign(process.env, WEBHOOK_ENVIRONMENT, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "example",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: await listenOnLoopback(tablesServer()),
  });
  await createTable(new DynamoDBClient({}), deployedName("dev", "alerts"), {
    name: "alerts",
    partitionKey: { name: "node", type: "S" },
    sortKey: { name: "atMs", type: "N" },
  });
}
