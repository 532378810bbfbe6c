import {
  CreateTopicCommand,
  paginateListSubscriptions,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { CATALOG, catalogEntry, type EventType } from "@rainhooks/core/catalog";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { FunctionQueues } from "./queues.ts";

/** ARN of the topic of each event type. */
export type TopicArns = ReadonlyMap<EventType, string>;

/**
 * Creates RainMaker's topics, which RainMaker creates in the cloud, and those of events that the stage
 * derives.
 */
export async function provisionTopics(sns: SNSClient): Promise<TopicArns> {
  const arns = CATALOG.map(async ({ type, topic }): Promise<[EventType, string]> => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: topic }));
    return [type, TopicArn ?? ""];
  });
  return new Map(await Promise.all(arns));
}

/** Subscribes the queue of a webhook to the topics of its events. Its other subscriptions end. */
export async function subscribe(
  sns: SNSClient,
  webhook: Webhook,
  topics: TopicArns,
  { queue, deadLetters }: FunctionQueues,
): Promise<void> {
  const wanted = new Set(webhook.events.map((type) => topics.get(catalogEntry(type).type)));
  for (const TopicArn of wanted) {
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: queue.arn,
        Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn }) },
      }),
    );
  }
  for await (const { Subscriptions = [] } of paginateListSubscriptions({ client: sns }, {})) {
    for (const { SubscriptionArn, TopicArn, Endpoint } of Subscriptions)
      if (Endpoint === queue.arn && !wanted.has(TopicArn))
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  }
}
