import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "@rainhooks/core/emulator";
import { deployedTables } from "@rainhooks/dynamodb/slots/slot";
import { createTable, tablesServer } from "@rainhooks/embedded-dynamodb/test-tables";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { listenOnLoopback } from "@rainhooks/testing/listen";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";

/** A message that a webhook sent to its dead-letter queue. */
export interface SentDeadLetter {
  readonly body: string;
  readonly code: string;
  readonly reason: string;
}

/**
 * The AWS services that a webhook needs: DynamoDB in this process, and an SQS that notes what is sent to it.
 */
export interface AwsForTest {
  readonly endpoint: string;
  readonly dynamodb: DynamoDBClient;
  readonly deadLetters: SentDeadLetter[];
  /** Bodies of the messages that were sent to other queues, by the name of their worker. */
  readonly sent: Map<string, string[]>;
  /** Seconds until a record is retried, by its receipt handle. */
  readonly retryWaitsS: Map<string, number>;
  stop(): Promise<void>;
}

/** The dead-letter queue of the webhook, and the queues of workers, in the URLs of queues. */
const DEAD_LETTERS = "dead-letters";
const OF_WORKER = "worker-";

/** Returns the URLs of the queues that the services have. */
export function queueUrls(endpoint: string) {
  const urlOf = (name: string) => `${endpoint}/000000000000/${name}`;
  return {
    queues: { deadLetterQueueUrl: urlOf(DEAD_LETTERS), queueUrl: urlOf("queue") },
    queueUrlOf: (worker: string) => urlOf(`${OF_WORKER}${worker}`),
  };
}

/** Starts the services, with the tables of a webhook. */
export async function startAws(stage: string, webhook: Webhook): Promise<AwsForTest> {
  const tables = tablesServer();
  const deadLetters: SentDeadLetter[] = [];
  const sent: AwsForTest["sent"] = new Map();
  const retryWaitsS = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const target = String(request.headers["x-amz-target"]);
    if (target.startsWith("DynamoDB_")) tables.emit("request", request, response);
    else {
      const body = sqsResponse(target, JSON.parse(await text(request)), { deadLetters, sent, retryWaitsS });
      response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify(body));
    }
  });
  const endpoint = await listenOnLoopback(server);
  const dynamodb = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  const own = Object.values(webhook.resources).flatMap((one) =>
    one.kind === "table" ? deployedTables(one.table) : [],
  );
  for (const table of [filterRulesTable, ...own])
    await createTable(dynamodb, deployedName(stage, table.name), table);
  const stop = async () => {
    dynamodb.destroy();
    for (const one of [server, tables]) await new Promise((resolve) => one.close(resolve));
  };
  return { endpoint, dynamodb, deadLetters, sent, retryWaitsS, stop };
}

interface SqsEntry {
  readonly Id?: string;
  readonly MessageBody?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly StringValue?: string }>>;
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

interface SqsInput extends SqsEntry {
  readonly QueueUrl?: string;
  readonly Entries?: readonly SqsEntry[];
}

/**
 * Source of the format: Amazon SQS API reference, SendMessage, SendMessageBatch and
 * ChangeMessageVisibilityBatch.
 */
function sqsResponse(
  target: string,
  { QueueUrl = "", Entries, ...single }: SqsInput,
  { deadLetters, sent, retryWaitsS }: Pick<AwsForTest, "deadLetters" | "sent" | "retryWaitsS">,
): object {
  const queue = QueueUrl.split("/").at(-1) ?? "";
  const entries = Entries ?? [single];
  for (const { ReceiptHandle, VisibilityTimeout = 0 } of entries)
    if (ReceiptHandle !== undefined) retryWaitsS.set(ReceiptHandle, VisibilityTimeout);
  const messages = entries.filter(({ MessageBody }) => MessageBody !== undefined);
  if (queue === DEAD_LETTERS) deadLetters.push(...messages.map(toDeadLetter));
  if (queue.startsWith(OF_WORKER)) {
    const worker = queue.slice(OF_WORKER.length);
    sent.set(worker, [...(sent.get(worker) ?? []), ...messages.map(({ MessageBody = "" }) => MessageBody)]);
  }
  const taken = entries.map(({ Id, MessageBody = "" }) => ({
    Id,
    MessageId: Id ?? "message",
    MD5OfMessageBody: createHash("md5").update(MessageBody).digest("hex"),
  }));
  if (target.endsWith("Batch")) return { Successful: taken, Failed: [] };
  return target.endsWith("SendMessage") ? (taken[0] ?? {}) : {};
}

function toDeadLetter({ MessageBody = "", MessageAttributes = {} }: SqsEntry): SentDeadLetter {
  return {
    body: MessageBody,
    code: MessageAttributes["error_code"]?.StringValue ?? "",
    reason: MessageAttributes["reason"]?.StringValue ?? "",
  };
}
