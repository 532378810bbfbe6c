import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { chunk, isJsonObject, tryParseJson } from "@rainhooks/core";

/** A message in a dead-letter queue. */
export interface DeadLetterSeen {
  /** SNS message id of the delivery, as far as the body tells it. */
  readonly deliveryId: string;
  readonly reason: string | undefined;
  readonly errorCode: string | undefined;
  /** The message that was published. */
  readonly body: string;
}

/** How long a message that was looked at stays hidden: long enough to see each one once. */
const HIDDEN_S = 60;
const MESSAGES_PER_CALL = 10;
const EMPTY_ANSWERS = 2;

/** Looks at every message of a dead-letter queue. They stay there, and can be received again when this returns. */
export async function readDeadLetters(sqs: SQSClient, queueUrl: string): Promise<DeadLetterSeen[]> {
  const messages = new Map<string, Message>();
  for (let empty = 0; empty < EMPTY_ANSWERS; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: MESSAGES_PER_CALL,
        VisibilityTimeout: HIDDEN_S,
        MessageAttributeNames: ["All"],
      }),
    );
    empty = Messages.length === 0 ? empty + 1 : 0;
    for (const message of Messages) messages.set(message.MessageId ?? "", message);
  }
  for (const some of chunk([...messages.values()], MESSAGES_PER_CALL)) {
    const Entries = some.map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }));
    await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
  }
  return [...messages.values()].map(toSeen);
}

function toSeen({ Body = "", MessageAttributes, MessageId = "" }: Message): DeadLetterSeen {
  const envelope = tryParseJson(Body);
  const fields = isJsonObject(envelope) ? envelope : {};
  return {
    deliveryId: typeof fields["MessageId"] === "string" ? fields["MessageId"] : MessageId,
    reason: MessageAttributes?.["reason"]?.StringValue,
    errorCode: MessageAttributes?.["error_code"]?.StringValue,
    body: typeof fields["Message"] === "string" ? fields["Message"] : Body,
  };
}
