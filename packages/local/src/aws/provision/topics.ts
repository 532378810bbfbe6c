import {
  CreateTopicCommand,
  paginateListSubscriptions,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { CATALOG, catalogEntry, type EventType } from "@rainhooks/core/catalog";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { Queue } from "./queues.ts";

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

/** Where the messages for a webhook go. */
export interface SubscribedEndpoints {
  /** ARN of its queue. */
  readonly sqs: string;
  /** ARN of its stream. */
  readonly firehose: string;
  /** Which of the two SNS delivers to. */
  readonly protocol: "sqs" | "firehose";
  /** Gets the messages that SNS cannot deliver. */
  readonly deadLetters: Pick<Queue, "arn">;
}

/** A role that the embedded services do not check. */
const SUBSCRIPTION_ROLE = "arn:aws:iam::000000000000:role/subscription";

/**
 * Subscribes a webhook's queue, or its stream, to the topics of its events. All other subscriptions of the
 * two end.
 */
export async function subscribe(
  sns: SNSClient,
  webhook: Webhook,
  topics: TopicArns,
  endpoints: SubscribedEndpoints,
): Promise<void> {
  const { protocol, deadLetters } = endpoints;
  const wanted = new Set(webhook.events.map((type) => topics.get(catalogEntry(type).type)));
  for (const TopicArn of wanted) {
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: protocol,
        Endpoint: endpoints[protocol],
        Attributes: {
          RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn }),
          ...(protocol === "firehose" ? { SubscriptionRoleArn: SUBSCRIPTION_ROLE } : {}),
        },
      }),
    );
  }
  for await (const { Subscriptions = [] } of paginateListSubscriptions({ client: sns }, {})) {
    for (const { SubscriptionArn, TopicArn, Endpoint } of Subscriptions) {
      const isOwn = Endpoint === endpoints.sqs || Endpoint === endpoints.firehose;
      if (isOwn && (Endpoint !== endpoints[protocol] || !wanted.has(TopicArn)))
        await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    }
  }
}
