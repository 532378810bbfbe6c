import { randomBytes } from "node:crypto";
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { messageOf } from "@rainhooks/core/errors";
import type { Sink } from "@rainhooks/sinks/sink";
import { createListenQueue, EXPIRES_AFTER_MS, type ListenClients, type ListenResources } from "./queue.ts";

/** Options of {@link listen}. */
export interface ListenOptions {
  readonly clients: ListenClients;
  readonly place: ListenResources;
  /** Where deliveries go. One that fails comes again, up to three times. */
  readonly sink: Sink<Delivery>;
  /** Ends listening. */
  readonly signal: AbortSignal;
  /** Called when the queue is there. */
  readonly onReady: () => void;
  /** Called for a delivery that has failed for the last time, and for a failure to fetch messages. */
  readonly onProblem: (text: string) => void;
  readonly nowMs: () => number;
}

const WAIT_S = 10;
const MAX_RECEIVES = 3;
const RENEW_EVERY_MS = EXPIRES_AFTER_MS / 5;

/** Gives the deliveries of topics to a sink, through a queue of its own that is removed in the end. */
export async function listen(options: ListenOptions): Promise<void> {
  const { clients, place, signal, onReady, onProblem, nowMs } = options;
  const id = randomBytes(4).toString("hex");
  const queue = await createListenQueue(clients, place, { id, nowMs });
  const renewal = setInterval(() => {
    queue.renew().catch((error: unknown) => onProblem(`The queue cannot be renewed: ${messageOf(error)}`));
  }, RENEW_EVERY_MS);
  try {
    onReady();
    while (!signal.aborted) await handleNext(queue.url, options);
  } finally {
    clearInterval(renewal);
    await queue.remove();
  }
}

async function handleNext(
  QueueUrl: string,
  { clients: { sqs }, sink, signal, onProblem }: ListenOptions,
): Promise<void> {
  const messages = await receive(sqs, QueueUrl, signal);
  const items = messages.flatMap((message) => {
    const delivery = deliveryOf(message, onProblem);
    return delivery === undefined ? [] : [{ id: message.MessageId ?? "", value: delivery }];
  });
  const failures = new Map((await sink.write(items)).map(({ id, error }) => [id, error]));
  const done = messages.filter(({ MessageId = "", Attributes }) => {
    const error = failures.get(MessageId);
    if (error === undefined) return true;
    const isLast = error.permanent || Number(Attributes?.ApproximateReceiveCount) >= MAX_RECEIVES;
    if (isLast) onProblem(`Given up: ${error.message}`);
    return isLast;
  });
  if (done.length === 0) return;
  const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
}

async function receive(sqs: SQSClient, QueueUrl: string, abortSignal: AbortSignal): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: WAIT_S,
    MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
    MessageAttributeNames: ["All"],
  });
  try {
    const { Messages = [] } = await sqs.send(command, { abortSignal });
    return Messages;
  } catch (error) {
    if (abortSignal.aborted) return [];
    throw error;
  }
}

function deliveryOf(
  { MessageId = "", Body = "", Attributes = {} }: Message,
  onProblem: (text: string) => void,
) {
  try {
    return readDelivery({
      messageId: MessageId,
      body: Body,
      attributes: { SentTimestamp: Attributes.SentTimestamp ?? "0" },
    });
  } catch (error) {
    onProblem(messageOf(error));
    return undefined;
  }
}
