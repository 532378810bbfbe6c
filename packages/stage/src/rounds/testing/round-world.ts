import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { HOUR_MS } from "@rainhooks/core/durations";
import type { TableAccess } from "@rainhooks/dynamodb/read-all";
import { createTable, startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { MemoryQueues } from "@rainhooks/testing/memory-queues";
import { noteHandled } from "@rainhooks/webhook/note-handled";
import { roundsTable } from "@rainhooks/webhook/rounds-table";
import type { StageOutputs } from "../../outputs.ts";
import { makeRound, type RoundResult } from "../make-round.ts";
import type { RoundCheck } from "../round-check.ts";

/** When a world begins: a Monday. */
const BEGIN_MS = Date.UTC(2026, 10, 2);
const TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms";
const URGENT = "arn:aws:sns:us-east-1:111122223333:urgent";
const RULES = { visibilityTimeoutS: 180, maxReceives: 400, retentionS: 14 * 86_400 };

/** A message that the rounds have published. */
export interface Told {
  readonly topic: string;
  readonly subject: string;
  readonly reason: string;
}

/** A stage with one webhook, whose rounds a test makes by its own clock. */
export async function startRoundWorld() {
  const tables = await startTables();
  const { client } = tables;
  let count = 0;
  const world = { nowMs: BEGIN_MS, snsFails: false };
  const told: Told[] = [];
  const queues = new MemoryQueues(() => world.nowMs);
  const sqs = new SQSClient(queues.clientOptions);
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const sns = new SNSClient({ region: "us-east-1", credentials });
  // Takes the place of the request: what is published is kept.
  sns.middlewareStack.add(
    () => async (call) => {
      if (world.snsFails) throw new Error("SNS is down");
      const input = call.input as { TopicArn: string; Subject: string; Message: string };
      const { NewStateReason: reason } = JSON.parse(input.Message) as { NewStateReason: string };
      told.push({ topic: input.TopicArn, subject: input.Subject, reason });
      return { response: {}, output: { $metadata: {} } };
    },
    { step: "initialize" },
  );

  /** Makes a stage of its own, so that tests do not meet. */
  async function stage({ paused = false } = {}) {
    count += 1;
    const name = `rounds-${count}`;
    await createTable(client, name, roundsTable);
    for (const queue of ["lamps", "lamps-dead-letters"]) queues.create(queue, RULES);
    told.length = 0;
    Object.assign(world, { nowMs: BEGIN_MS, snsFails: false });
    const outputs: StageOutputs = {
      stage: "test",
      region: "us-east-1",
      integration: "rainhooks-test",
      tables: { rounds: name },
      parameters: {},
      functions: {
        lamps: {
          trigger: "topics",
          settings: {},
          queueUrl: queues.urlOf("lamps"),
          deadLetterQueueUrl: queues.urlOf("lamps-dead-letters"),
          silentAfterHours: 24,
          ...(paused ? { paused: true as const } : {}),
        },
      },
      rounds: {
        topics: [TOPIC],
        urgentTopics: [URGENT],
        mute: [],
        hourly: [],
        subscriptions: { endpoints: [], topics: [] },
      },
    };
    const table: TableAccess = { client, tableName: name };
    const note = noteHandled({ webhook: "lamps", ...table });
    const clients = {
      dynamodb: client,
      sqs,
      cloudwatch: new CloudWatchClient({ region: "us-east-1", credentials }),
      snsOf: () => sns,
    };
    return {
      outputs,
      table,
      handle: (...topics: string[]) => note(new Set(topics), world.nowMs),
      round: (checks: readonly RoundCheck[]): Promise<RoundResult | undefined> =>
        makeRound({ outputs, clients, checks, nowMs: world.nowMs }),
    };
  }

  return {
    stage,
    told,
    queues,
    world,
    later: (hours: number) => {
      world.nowMs += hours * HOUR_MS;
    },
    stop: tables.stop,
  };
}
