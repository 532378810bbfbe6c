import { setTimeout as pause } from "node:timers/promises";
import { ResourceNotFoundException } from "@aws-sdk/client-dynamodb";
import { PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueUrlCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { readNode } from "@rainhooks/node-status/read-node";
import { nameOf } from "@rainhooks/stack/names";
import type { StageConfig } from "../config.ts";
import type { EmulatorClients } from "./emulator.ts";

const NODE = "trial-node";

/** Options of {@link tryEvent}. */
export interface TrialEventOptions {
  readonly config: StageConfig;
  readonly clients: EmulatorClients;
  /** Topic of `node_connected`. */
  readonly topicArn: string;
  readonly maxWaitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Publishes an event and waits until it is in the node table or, where the emulator runs no functions, in a
 * queue.
 *
 * @returns Where it was found.
 * @throws {Error} if it was found nowhere.
 */
export async function tryEvent({
  config,
  clients,
  topicArn,
  maxWaitMs,
  signal,
}: TrialEventOptions): Promise<string> {
  const { sns, dynamodb } = clients;
  await sns.send(new PublishCommand({ TopicArn: topicArn, Message: connectedMessage() }));
  const tableName = nameOf(config, "node-status");
  const endsAt = Date.now() + maxWaitMs;
  do {
    const row = await readNode({ client: dynamodb, tableName }, NODE).catch((error: unknown) => {
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    });
    if (row !== undefined) return `Node ${NODE} is ${row.state} in the table ${tableName}.`;
    await pause(500, undefined, { signal });
  } while (Date.now() < endsAt);
  const queue = nameOf(config, "node-status");
  if (await hasMessage(clients, queue))
    return `The event is in the queue ${queue}, but not in the node table: the emulator runs no functions.`;
  throw new Error(`The event was found neither in the table ${tableName} nor in the queue ${queue}.`);
}

function connectedMessage(): string {
  const timestamp = Date.now();
  return JSON.stringify({
    event_type: "rmaker.event.node_connected",
    timestamp,
    event_data: { node_id: NODE, connectivity: { connected: true, timestamp } },
  });
}

async function hasMessage({ sqs }: EmulatorClients, name: string): Promise<boolean> {
  const QueueUrl = await sqs.send(new GetQueueUrlCommand({ QueueName: name })).then(
    (found) => found.QueueUrl,
    () => undefined,
  );
  if (QueueUrl === undefined) return false;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
  return Messages.length > 0;
}
