import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { AwsClients } from "@rainhooks/stage";

/** Returns SQS's estimate of the messages in a queue, including those that a reader has received and not deleted. */
export async function countMessages({ sqs }: AwsClients, queueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}
