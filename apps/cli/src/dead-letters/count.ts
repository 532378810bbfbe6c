import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { AwsClients } from "@rainhooks/stage";

/** How many messages a queue holds as SQS estimates it, those that somebody is looking at included. */
export async function countMessages({ sqs }: AwsClients, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
