import type { PublishBatchCommandInput, SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { makeSink } from "@rainhooks/app-node-status/sink";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { mergeTables } from "@rainhooks/dynamodb/table-description";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { watch } from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { makeSweep } from "@rainhooks/extensions/alarms/functions/watch/sweep";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { changeWatchRule } from "@rainhooks/extensions/alarms/rules/rule-store";
import { memoryRuleStore } from "@rainhooks/filter/store";
import type { MemoryQueue } from "@rainhooks/testing/memory-queue";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { eventHandler } from "@rainhooks/webhook/create";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { WebhookHandler } from "@rainhooks/webhook/handler";
import { type RunHandler, runHandler } from "@rainhooks/webhook/run-handler";
import type { Context } from "aws-lambda";
import { drainQueue } from "../../drain-queue.ts";
import { type Outcome, Process } from "./process.ts";

/** A message about alarms, as it was published. */
export interface AlarmMessage {
  readonly id: string;
  readonly event_data: {
    readonly notice: string;
    readonly alarms: readonly { readonly alarm_id: string; readonly was?: string; readonly end?: number }[];
  };
}

/** The functions of a stage that alarms need. */
export type FunctionName = "node-status" | "watch";

/**
 * Where the process of a function ends: at a call of a service, or at the end of an invocation that makes
 * fewer.
 */
export interface Kill {
  readonly atCall: number;
  readonly outcome: Extract<Outcome, "killed before" | "killed after">;
}

/** A function, and the process that runs it. */
interface Running<Handler> {
  readonly process: Process;
  readonly handler: Handler;
}

const STAGE = "test";
const CONTEXT = { awsRequestId: "r" } as Context;
/** Calls of a sweep of which one can fail. */
const SWEEP_CALLS = 60;

/**
 * A stage whose clock a test moves: the functions that write node status and find alarms, with their
 * handlers, a queue in memory with SQS's rules, and real tables. Calls of services fail, and functions are
 * killed; their queue then delivers again what it must.
 */
export class WeekStage {
  nowMs: number;
  /** Share of the calls of node status, and of the sweeps, that fail. */
  faultShare = 0;
  /** Whether all calls of node status fail, or its code as a whole. */
  trouble: "calls" | "code" | undefined;
  kills = 0;
  readonly messages: AlarmMessage[] = [];
  readonly queue: MemoryQueue;
  readonly deadLetters: MemoryQueue;
  readonly #tables: TestTables;
  readonly #random: () => number;
  readonly #queues = new MemoryQueues(() => this.nowMs);
  readonly #kills = new Map<FunctionName, Kill>();
  #nodeStatus: Running<WebhookHandler>;
  #watch: Running<RunHandler>;

  private constructor(tables: TestTables, nowMs: number, random: () => number) {
    this.#tables = tables;
    this.nowMs = nowMs;
    this.#random = random;
    const { visibilityTimeoutS, retentionS, deadLetterRetentionS, maxReceives } = nodeStatus.queue;
    this.deadLetters = this.#queues.create("dead-letters", { retentionS: deadLetterRetentionS });
    const rules = { visibilityTimeoutS, retentionS, maxReceives, deadLetters: this.deadLetters };
    this.queue = this.#queues.create(nodeStatus.name, rules);
    this.#nodeStatus = this.#startNodeStatus();
    this.#watch = this.#startWatch();
  }

  /** Starts a stage with alarm rules that are in force. */
  static async start(
    tables: TestTables,
    rules: readonly object[],
    nowMs: number,
    random: () => number,
  ): Promise<WeekStage> {
    const used = [...Object.values(nodeStatus.resources), ...Object.values(watch.resources)];
    const described = used.flatMap((one) => (one.kind === "table" ? [one.table] : []));
    for (const table of mergeTables(described)) await tables.create(table);
    const table = { client: tables.client, tableName: watch.resources.watchRules.table.name };
    for (const one of rules) {
      const rule = readRule(JSON.stringify(one));
      await changeWatchRule(table, rule.name, { status: "in-force", rule }, nowMs);
    }
    return new WeekStage(tables, nowMs, random);
  }

  get alarms() {
    return { client: this.#tables.client, tableName: watch.resources.alarms.table.name };
  }

  publish(delivery: Delivery): void {
    this.queue.send(notificationText(delivery));
  }

  /** The next invocation of a function ends in the middle. */
  kill(name: FunctionName, kill: Kill): void {
    this.#kills.set(name, kill);
  }

  /** Restarts a function: what it had in memory is lost. */
  restart(name: FunctionName): void {
    if (name === "watch") this.#watch = this.#startWatch();
    else this.#nodeStatus = this.#startNodeStatus();
  }

  /**
   * Handles the messages of the queue. Those of which the function says that they failed, and those of killed
   * invocations, come again.
   */
  async handle(): Promise<void> {
    await drainQueue(this.queue, nodeStatus.batch.size, async (event, context) => {
      if (this.trouble === "code") throw new Error("The code fails as a whole.");
      const { process, handler } = this.#nodeStatus;
      const share = this.trouble === "calls" ? 1 : this.faultShare;
      const outcome = () => this.#faultOf(this.#random() < share);
      return this.#invoke("node-status", process, outcome, () => handler(event, context));
    });
  }

  /** Runs a sweep. One that fails is not tried again before the next minute. */
  async sweep(): Promise<void> {
    const { process, handler } = this.#watch;
    const isFaulty = this.#random() < this.faultShare;
    const failing = isFaulty ? 1 + Math.floor(this.#random() * SWEEP_CALLS) : 0;
    const isKilled = this.#kills.has("watch");
    const outcome = (call: number) => this.#faultOf(call === failing);
    try {
      await this.#invoke("watch", process, outcome, () => handler({}, CONTEXT));
    } catch (error) {
      if (!isFaulty && !isKilled) throw error;
    }
  }

  #faultOf(isFault: boolean): Outcome {
    if (!isFault) return "done";
    return this.#random() < 0.5 ? "refused" : "response lost";
  }

  async #invoke<T>(
    name: FunctionName,
    process: Process,
    outcome: (call: number) => Outcome,
    work: () => Promise<T>,
  ): Promise<T> {
    const kill = this.#kills.get(name);
    process.outcomeOf = (call) => (call === kill?.atCall ? kill.outcome : outcome(call));
    if (kill === undefined) return await process.invoke(work);
    this.#kills.delete(name);
    this.kills += 1;
    try {
      return await process.invoke(async () => {
        const response = await work();
        process.kill();
        return response;
      });
    } finally {
      this.restart(name);
    }
  }

  #startNodeStatus(): Running<WebhookHandler> {
    const process = new Process();
    const environment = functionEnvironment(nodeStatus, {
      stage: STAGE,
      integration: "rainhooks-test",
      queues: {
        deadLetterQueueUrl: this.#queues.urlOf("dead-letters"),
        queueUrl: this.#queues.urlOf(nodeStatus.name),
      },
      resourceName: (name) => name,
    });
    const nowMs = () => this.nowMs;
    const sqs = process.clientOf(this.#newSqs());
    const client = process.clientOf(this.#tables.client);
    const retry = { ...DEFAULT_RETRY, attempts: 2, sleep: async () => undefined };
    const handler = eventHandler(nodeStatus, (config) => makeSink(config, { client, nowMs, retry }), {
      environment,
      writeLine: () => undefined,
      nowMs,
      sqs: async () => sqs,
      rules: memoryRuleStore([]),
    });
    return { process, handler };
  }

  #startWatch(): Running<RunHandler> {
    const process = new Process();
    const environment = functionEnvironment(watch, {
      stage: STAGE,
      resourceName: (name) => name,
      queueUrlOf: (name) => this.#queues.urlOf(name),
      topicArnOf: (event) => `arn:aws:sns:us-east-1:000000000000:${event}`,
    });
    const writeLine = () => undefined;
    const services = {
      client: process.clientOf(this.#tables.client),
      sqs: process.clientOf(this.#newSqs()),
      sns: process.clientOf(this.#sns()),
      writeLine,
    };
    const options = { environment, writeLine, nowMs: () => this.nowMs };
    return { process, handler: runHandler(watch, (config) => makeSweep(config, services), options) };
  }

  #newSqs(): SQSClient {
    return new SQSClient(this.#queues.clientOptions);
  }

  #sns(): SNSClient {
    const send = async ({ input }: { input: PublishBatchCommandInput }) => {
      for (const { Message = "" } of input.PublishBatchRequestEntries ?? [])
        this.messages.push(JSON.parse(Message) as AlarmMessage);
      return { Failed: [] };
    };
    return { send } as unknown as SNSClient;
  }
}
