import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { QueuedFunction, Webhook } from "@rainhooks/webhook/define-function";
import { deadLetterQueueName, deployedName, replayQueueName } from "@rainhooks/webhook/names";

/** An existing queue. */
export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** The queues of a function. */
export interface FunctionQueues {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** For a webhook that accepts replays. */
  readonly replay?: Queue;
}

/** Creates or updates the queues of a function by its definition. */
export async function provisionQueues(
  sqs: SQSClient,
  stage: string,
  { name, queue: shape, replay }: Pick<QueuedFunction, "name" | "queue"> & Partial<Pick<Webhook, "replay">>,
): Promise<FunctionQueues> {
  const { visibilityTimeoutS, maxReceives, retentionS } = shape;
  const deadLetters = await ensureQueue(sqs, deployedName(stage, deadLetterQueueName(name)), {
    MessageRetentionPeriod: String(shape.deadLetterRetentionS),
  });
  const attributes = {
    VisibilityTimeout: String(visibilityTimeoutS),
    MessageRetentionPeriod: String(retentionS),
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: maxReceives }),
  };
  const queue = await ensureQueue(sqs, deployedName(stage, name), attributes);
  if (replay === undefined || replay === "refuse") return { queue, deadLetters };
  return {
    queue,
    deadLetters,
    replay: await ensureQueue(sqs, deployedName(stage, replayQueueName(name)), attributes),
  };
}

async function ensureQueue(sqs: SQSClient, name: string, attributes: Record<string, string>): Promise<Queue> {
  const url = (await findQueue(sqs, name, attributes)) ?? (await createQueue(sqs, name, attributes));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }),
  );
  return { url, arn: Attributes?.["QueueArn"] ?? "" };
}

async function findQueue(sqs: SQSClient, name: string, attributes: Record<string, string>) {
  try {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
    return QueueUrl;
  } catch (error) {
    if (error instanceof QueueDoesNotExist) return undefined;
    throw error;
  }
}

async function createQueue(
  sqs: SQSClient,
  name: string,
  attributes: Record<string, string>,
): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  return QueueUrl ?? "";
}
