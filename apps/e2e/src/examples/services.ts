import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableDescription } from "@rainhooks/dynamodb";
import { createTable, tablesServer } from "@rainhooks/embedded-dynamodb";
import { filterRulesTable } from "@rainhooks/filter/table";
import { attemptsTable, copiesTable, destinationsTable, outboxTable } from "@rainhooks/forwarding/table";
import { Publisher, startRainmaker } from "@rainhooks/local-rainmaker";
import { fleetSamplesTable, nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { RainmakerClient } from "@rainhooks/rainmaker";
import { listenOnLoopback, startScriptedService } from "@rainhooks/testing";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/table";
import { deployedName, VARIABLES } from "@rainhooks/webhook";
import { seed } from "./seed.ts";

const nameOf = (table: string) => deployedName("dev", table);

/** The tables of a stage, and two that only the examples have. */
const TABLES: readonly TableDescription[] = [
  nodeStatusTable,
  nodeTimelineTable,
  fleetSamplesTable,
  timeSeriesTable,
  timeSeriesRollupsTable,
  filterRulesTable,
  destinationsTable,
  copiesTable,
  attemptsTable,
  outboxTable,
  { name: "alerts", partitionKey: { name: "node", type: "S" }, sortKey: { name: "atMs", type: "N" } },
  { name: "last-alerts", partitionKey: { name: "node", type: "S" } },
];

/** The environment of a webhook or worker of the stage `dev`. */
const WEBHOOK_ENVIRONMENT = {
  [VARIABLES.stage]: "dev",
  [VARIABLES.integration]: "rainhooks-dev",
  [VARIABLES.deadLetterQueueUrl]: "https://sqs.us-east-1.amazonaws.com/123456789012/alerts-dead-letters",
  [VARIABLES.queueUrl]: "https://sqs.us-east-1.amazonaws.com/123456789012/alerts",
  [VARIABLES.filterRulesTable]: nameOf(filterRulesTable.name),
};

/** RainMaker in the examples. */
const RAINMAKER = { url: "https://api.example.com", user: "admin@example.com", password: "example" };

/**
 * Starts what the examples call, in this process: the tables of a stage with sample data, Firehose and SQS, which accept everything,
 * and RainMaker. The clients that the examples create find AWS through environment variables, and RainMaker through `fetch`, so
 * that an example can look like code for a deployed stage.
 *
 * @param folder A folder for RainMaker's data.
 */
export async function startServices(folder: string): Promise<void> {
  const body = { FailedPutCount: 0, RequestResponses: [], Successful: [], Failed: [] };
  const { endpoint } = await startScriptedService(() => ({ body }));
  Object.assign(process.env, WEBHOOK_ENVIRONMENT, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "example",
    AWS_SECRET_ACCESS_KEY: "example",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: await listenOnLoopback(tablesServer()),
    RAINMAKER_PASSWORD: RAINMAKER.password,
  });
  const client = new DynamoDBClient({});
  await Promise.all(TABLES.map((table) => createTable(client, nameOf(table.name), table)));
  await Promise.all([seed(client, nameOf), serveRainmaker(folder)]);
}

/** Starts RainMaker with a super admin and an integration, and sends requests for its URL in the examples to it. */
async function serveRainmaker(folder: string): Promise<void> {
  const { baseUrl, accounts } = await startRainmaker({
    publisher: new Publisher(async () => undefined),
    dataDir: folder,
    restPort: 0,
    mqttPort: 0,
    casing: "snake",
    onProblem: console.error,
  });
  accounts.add(RAINMAKER.user, RAINMAKER.password, true);
  const realFetch = globalThis.fetch;
  globalThis.fetch = (input, init) => realFetch(String(input).replace(RAINMAKER.url, baseUrl), init);
  const client = new RainmakerClient({ baseUrl });
  await client.login(RAINMAKER.user, RAINMAKER.password);
  await client.createIntegration({ serviceName: "rainhooks-old", endpointName: "events", enabled: true });
}
