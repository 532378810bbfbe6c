import {
  paginateListSubscriptionsByTopic,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";

/** Subscribes a queue to topics. */
export async function subscribeQueue(
  sns: SNSClient,
  topicArns: readonly string[],
  Endpoint: string,
): Promise<void> {
  for (const TopicArn of topicArns)
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
}

/** Removes the subscriptions of a queue to topics. */
export async function unsubscribeQueue(
  sns: SNSClient,
  topicArns: readonly string[],
  endpoint: string,
): Promise<void> {
  for (const TopicArn of topicArns)
    for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
      { client: sns },
      { TopicArn },
    ))
      for (const { SubscriptionArn, Endpoint } of Subscriptions)
        if (Endpoint === endpoint && SubscriptionArn?.startsWith("arn:") === true)
          await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
}
