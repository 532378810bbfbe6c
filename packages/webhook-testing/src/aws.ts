import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { createTable, tablesServer } from "@rainhooks/embedded-dynamodb/test-tables";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";

/** The AWS services that a webhook needs: DynamoDB and SQS in this process. */
export interface AwsForTest {
  readonly endpoint: string;
  readonly dynamodb: DynamoDBClient;
  /** Their time stands still, so that a message stays as the webhook leaves it. */
  readonly queues: MemoryQueues;
  stop(): Promise<void>;
}

/** Starts the services, with the tables of a webhook. */
export async function startAws(stage: string, webhook: Webhook): Promise<AwsForTest> {
  const tables = tablesServer();
  const startedMs = Date.now();
  const server = createServer(async (request, response) => {
    const target = String(request.headers["x-amz-target"]);
    if (target.startsWith("DynamoDB_")) tables.emit("request", request, response);
    else {
      const { requestHandler } = queues.clientOptions;
      const call = { headers: { "x-amz-target": target }, body: await text(request) };
      const { statusCode, headers, body } = (await requestHandler.handle(call)).response;
      response.writeHead(statusCode, headers).end(body);
    }
  });
  const endpoint = await listenOnLoopback(server);
  const queues = new MemoryQueues(() => startedMs, endpoint);
  const dynamodb = new DynamoDBClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const own = Object.values(webhook.resources).flatMap((one) =>
    one.kind === "table" ? deployedTables(one.table) : [],
  );
  for (const table of [filterRulesTable, ...own])
    await createTable(dynamodb, deployedName(stage, table.name), table);
  const stop = async () => {
    dynamodb.destroy();
    for (const one of [server, tables]) await new Promise((resolve) => one.close(resolve));
  };
  return { endpoint, dynamodb, queues, stop };
}
