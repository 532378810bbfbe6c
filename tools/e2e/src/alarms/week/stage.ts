import { makeSink } from "@rainhooks/app-node-status/sink";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { notificationText } from "@rainhooks/core/deliveries/notification";
import { DEFAULT_RETRY } from "@rainhooks/core/retry";
import { mergeTables } from "@rainhooks/dynamodb/table-description";
import type { TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { watch } from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { memoryRuleStore } from "@rainhooks/filter/store";
import type { MemoryQueue } from "@rainhooks/testing/memory-queue";
import { eventHandler } from "@rainhooks/webhook/create";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { WebhookHandler } from "@rainhooks/webhook/handler";
import { tablesOf } from "@rainhooks/webhook/resources";
import type { RunHandler } from "@rainhooks/webhook/run-handler";
import type { Context } from "aws-lambda";
import { invoke, type Outcome, playedClient } from "../../invocations.ts";
import { handleQueue, PlayedQueues } from "../../played-queues.ts";
import { addRules, playedSweep, snsOf } from "../played-sweep.ts";

/** A message about alarms, as it was published. */
export interface AlarmMessage {
  readonly id: string;
  readonly event_data: {
    readonly notice: string;
    readonly alarms: readonly {
      readonly alarm_id: string;
      readonly was?: string;
      readonly end?: number;
    }[];
  };
}

/** The functions of a stage that alarms need. */
export type FunctionName = "node-status" | "watch";

/**
 * Where the process of a function ends: at a call of a service, or at the end of an invocation that
 * makes fewer.
 */
export interface Kill {
  readonly atCall: number;
  readonly outcome: Extract<Outcome, "killed before" | "killed after">;
}

const CONTEXT = { awsRequestId: "r" } as Context;
/** Calls of a sweep of which one can fail. */
const SWEEP_CALLS = 60;

/**
 * A stage whose clock a test moves: the functions that write node status and find alarms, with
 * their handlers, a played queue, and real tables. Calls of services fail, and functions are
 * killed; their queue then delivers again what it must.
 */
export class WeekStage extends PlayedQueues {
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
  readonly #kills = new Map<FunctionName, Kill>();
  #nodeStatus: WebhookHandler;
  #watch: RunHandler;

  private constructor(tables: TestTables, nowMs: number, random: () => number) {
    super(nowMs);
    this.#tables = tables;
    this.#random = random;
    const { queue, deadLetters } = this.makeQueues(nodeStatus);
    [this.queue, this.deadLetters] = [queue, deadLetters];
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
    for (const table of mergeTables([nodeStatus, watch].flatMap(tablesOf)))
      await tables.create(table);
    await addRules(tables.client, rules, nowMs);
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
   * Handles the messages of the queue. Those of which the function says that they failed, and those
   * of killed invocations, come again.
   */
  async handle(): Promise<void> {
    const handler: WebhookHandler = async (event, context) => {
      if (this.trouble === "code") throw new Error("The code fails as a whole.");
      const share = this.trouble === "calls" ? 1 : this.faultShare;
      const outcome = () => this.#faultOf(this.#random() < share);
      return this.#invoke("node-status", outcome, () => this.#nodeStatus(event, context));
    };
    await handleQueue({ queue: this.queue, batchSize: nodeStatus.batch.size, handler });
  }

  /** Runs a sweep. One that fails is not tried again before the next minute. */
  async sweep(): Promise<void> {
    const isFaulty = this.#random() < this.faultShare;
    const failing = isFaulty ? 1 + Math.floor(this.#random() * SWEEP_CALLS) : 0;
    const isKilled = this.#kills.has("watch");
    const outcome = (call: number) => this.#faultOf(call === failing);
    try {
      await this.#invoke("watch", outcome, () => this.#watch({}, CONTEXT));
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
    outcome: (call: number) => Outcome,
    work: () => Promise<T>,
  ): Promise<T> {
    const kill = this.#kills.get(name);
    if (kill === undefined) return await invoke({ outcomeOf: outcome, isKilled: false }, work);
    this.#kills.delete(name);
    this.kills += 1;
    const outcomeOf = (call: number) => (call === kill.atCall ? kill.outcome : outcome(call));
    try {
      return await invoke({ outcomeOf, isKilled: true }, work);
    } finally {
      this.restart(name);
    }
  }

  #startNodeStatus(): WebhookHandler {
    const nowMs = () => this.nowMs;
    const client = playedClient(this.#tables.client);
    const sqs = playedClient(this.sqs);
    const retry = { ...DEFAULT_RETRY, attempts: 2, sleep: async () => undefined };
    return eventHandler(nodeStatus, (config) => makeSink(config, { client, nowMs, retry }), {
      environment: functionEnvironment(nodeStatus, this.namesFor(nodeStatus.name)),
      writeLine: () => undefined,
      nowMs,
      sqs: async () => sqs,
      rules: memoryRuleStore([]),
    });
  }

  #startWatch(): RunHandler {
    return playedSweep(this, {
      client: playedClient(this.#tables.client),
      sqs: playedClient(this.sqs),
      sns: playedClient(
        snsOf((message) => this.messages.push(JSON.parse(message) as AlarmMessage)),
      ),
      writeLine: () => undefined,
    });
  }
}
