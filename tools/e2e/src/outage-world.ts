import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { FirehoseClient } from "@aws-sdk/client-firehose";
import { SHIPPED, SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { makeSink } from "@rainhooks/app-node-status/sink";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { makeSink as makeSeriesSink } from "@rainhooks/app-time-series/sink";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { mergeTables } from "@rainhooks/dynamodb/table-description";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { dynamoDbRuleStore } from "@rainhooks/filter/dynamodb-store";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { firehoseSink } from "@rainhooks/sinks/firehose/firehose-sink";
import { logSink } from "@rainhooks/sinks/log-sink";
import type { Environment } from "@rainhooks/webhook/config";
import { deliveryHandler, eventHandler, type HandlerOptions } from "@rainhooks/webhook/create";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { WebhookHandler } from "@rainhooks/webhook/handler";
import { tablesOf } from "@rainhooks/webhook/resources";
import { type HandledQueue, PlayedQueues } from "./played-queues.ts";

/** The webhooks that are simulated here: those of the platform. */
export const SIMULATED: readonly Webhook[] = SHIPPED_WEBHOOKS.filter(({ name }) =>
  ["archive", "node-status", "time-series", "hello"].includes(name),
);

/** Services that can be switched off. */
export type Service = "dynamodb" | "firehose" | "sqs";

/** An invocation of a function. */
export interface Invocation {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly hasFailed: boolean;
}

const QUICK = { ...DEFAULT_RETRY, attempts: 2, sleep: async () => undefined };
/**
 * Webhooks with their real handlers and sinks, on played queues. Tables are real ones; Firehose
 * stores its records in memory.
 */
export class OutageWorld extends PlayedQueues {
  readonly down = new Set<Service>();
  /** DynamoDB takes no call about this node. */
  failingNode: string | undefined;
  /** DynamoDB throttles where it fails otherwise. */
  throttles = false;
  /** Webhooks from which DynamoDB takes no call about the table of the same name. */
  readonly refused = new Set<string>();
  /** Functions whose code fails as a whole. */
  readonly broken = new Set<string>();
  /** Functions of which every third invocation fails. */
  readonly flaky = new Set<string>();
  /** Functions that Lambda does not invoke: their messages wait. */
  readonly stopped = new Set<string>();
  readonly invocations: Invocation[] = [];
  /** What the functions have sent to CloudWatch: the lines in its Embedded Metric Format. */
  readonly metricLines: string[] = [];
  /** Ids of the deliveries that Firehose accepted. */
  readonly archived = new Set<string>();
  /** Ids of the deliveries that `hello` logged. */
  readonly logged = new Set<string>();
  readonly #handled: ReadonlyMap<string, HandledQueue>;
  readonly #tables: TestTables;

  constructor(tables: TestTables, webhooks: readonly Webhook[], startMs: number) {
    super(startMs);
    this.#tables = tables;
    this.#handled = new Map(webhooks.map((webhook) => [webhook.name, this.#start(webhook)]));
  }

  /** Publishes a message: each webhook's queue gets it in the SNS envelope. */
  publish(id: string, topic: string, body: string): void {
    const envelope = {
      Type: "Notification",
      MessageId: id,
      TopicArn: `arn:aws:sns:us-east-1:000000000000:${topic}`,
      Message: body,
      Timestamp: new Date(this.nowMs).toISOString(),
    };
    for (const { queue } of this.#handled.values()) queue.send(JSON.stringify(envelope));
  }

  /** Runs the functions until a time. */
  async runUntil(untilMs: number): Promise<void> {
    await this.handleUntil(untilMs, () =>
      [...this.#handled].flatMap(([name, one]) => (this.stopped.has(name) ? [] : [one])),
    );
  }

  setDown(services: readonly Service[]): void {
    this.down.clear();
    for (const service of services) this.down.add(service);
    this.isSqsDown = this.down.has("sqs");
  }

  #start(webhook: Webhook): HandledQueue {
    const { queue } = this.makeQueues(webhook);
    const options = {
      environment: functionEnvironment(webhook, this.namesFor(webhook.name)),
      writeLine: (line: string) => {
        if (line.includes('"_aws"')) this.metricLines.push(line);
      },
      nowMs: () => this.nowMs,
      sqs: async () => this.sqs,
      rules: dynamoDbRuleStore({ client: this.#tables.client, tableName: filterRulesTable.name }),
    };
    const handler = this.#counted(webhook.name, this.#handler(webhook, options));
    return { queue, batchSize: webhook.batch.size, handler };
  }

  #counted(name: string, handler: WebhookHandler): WebhookHandler {
    return async (event, context) => {
      const isFlaky = this.flaky.has(name) && this.invocations.length % 3 === 0;
      const hasFailed = this.broken.has(name) || isFlaky;
      this.invocations.push({ name, atMs: this.nowMs, hasFailed });
      if (hasFailed) throw new Error("The code fails as a whole.");
      return handler(event, context);
    };
  }

  #handler(
    webhook: Webhook,
    options: HandlerOptions & { readonly environment: Environment },
  ): WebhookHandler {
    const client = this.dynamodb(webhook.name);
    const services = { client, nowMs: () => this.nowMs, retry: QUICK };
    if (webhook.name === "archive") {
      const sink = firehoseSink({ client: this.#firehose(), streamName: "archive", retry: QUICK });
      return deliveryHandler(webhook, () => sink, options);
    }
    if (webhook.name === nodeStatus.name)
      return eventHandler(nodeStatus, (config) => makeSink(config, services), options);
    if (webhook.name === timeSeries.name)
      return eventHandler(timeSeries, (config) => makeSeriesSink(config, services), options);
    return eventHandler(
      webhook,
      () => logSink((line) => this.logged.add(JSON.parse(line).deliveryId)),
      options,
    );
  }

  /** The client of the tables for a function; it fails like DynamoDB when that is switched off. */
  dynamodb(of = ""): DynamoDBClient {
    return new Proxy(this.#tables.client, {
      get: (client, name) => {
        if (name !== "send") return Reflect.get(client, name);
        return (...args: Parameters<DynamoDBClient["send"]>) => {
          const isAbout = (text: string | undefined) =>
            text !== undefined && JSON.stringify(args[0].input).includes(`"${text}"`);
          const isRefused = isAbout(this.failingNode) || (this.refused.has(of) && isAbout(of));
          if (!this.down.has("dynamodb") && !isRefused)
            return Reflect.apply(client.send, client, args);
          return Promise.reject(
            Object.assign(new Error("down"), {
              name: this.throttles ? "ThrottlingException" : "InternalServerError",
            }),
          );
        };
      },
    });
  }

  #firehose(): FirehoseClient {
    const send = async ({ input }: { input: { Records: { Data: Uint8Array }[] } }) => {
      if (this.down.has("firehose"))
        throw Object.assign(new Error("down"), { name: "ServiceUnavailableException" });
      for (const { Data } of input.Records) {
        for (const line of Buffer.from(Data).toString().trim().split("\n"))
          this.archived.add(JSON.parse(line).id);
      }
      return { FailedPutCount: 0, RequestResponses: input.Records.map(() => ({ RecordId: "r" })) };
    };
    return { send } as unknown as FirehoseClient;
  }
}

/** Creates the tables of all functions, and the table of filter rules. */
export async function createTables(tables: TestTables): Promise<void> {
  const all = mergeTables([...SHIPPED.flatMap(tablesOf), filterRulesTable]);
  await Promise.all(all.map((table) => tables.create(table)));
}
