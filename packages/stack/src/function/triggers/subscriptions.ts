import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { type Subscriptions, streamsOf, toSubscriptions } from "@rainhooks/webhook/resources";
import { iamPathOf, nameOf, type StackConfig } from "../../config/config.ts";
import { keyGrants } from "../../encryption.ts";
import { policy, type Statement } from "../../policy.ts";
import type { SourceTopic, Topics } from "../../topics.ts";
import type { DeployedFunction } from "../deployment.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

type DeployedWebhook = DeployedFunction<"topics">;

/**
 * Returns the topics to which a webhook subscribes.
 *
 * @throws {TypeError} if there is none.
 */
export function subscribedTopics(
  config: StackConfig,
  webhook: DeployedWebhook,
  topics: Topics,
): readonly SourceTopic[] {
  const ofEvents = topics.of(webhook.events);
  if (ofEvents.length === 0)
    throw new TypeError(
      `Stage ${config.name}: webhook ${webhook.name} has no topic, because all its events are left out. Set functions.${webhook.name}.deployed to false.`,
    );
  // An archive keeps what nobody else can read.
  return [...ofEvents, ...(streamsOf(webhook).length === 0 ? [] : topics.extra())];
}

/** Returns what a stage subscribes to which topics. */
export function subscriptionsOf(
  config: StackConfig,
  functions: readonly {
    readonly definition: DeployedFunction;
    readonly topics: readonly SourceTopic[];
  }[],
): Subscriptions {
  const webhooks = functions.flatMap(({ definition, topics }) => {
    if (definition.trigger !== "topics") return [];
    return [{ endpoint: nameOf(config, definition.name), topics }];
  });
  return toSubscriptions(webhooks);
}

/**
 * Subscribes the queue of a webhook to its topics.
 *
 * @param grants What its function may do, also one of its owner's own.
 */
export function subscribe(
  made: FunctionInStage,
  { name, filterPolicy, runtime }: DeployedWebhook,
  grants: readonly Statement[],
): void {
  if (runtime === "external") makeConsumerPolicy(made, name, grants);
  const { topics, queues } = made;
  if (queues === undefined) throw new TypeError(`${name} has no queues.`);
  for (const { id, arn: topicArn, region } of topics)
    new SnsTopicSubscription(made, `subscription-${id}`, {
      topicArn,
      protocol: "sqs",
      endpoint: queues.queue.arn,
      // SNS keeps a subscription in the region of the topic.
      ...(region === undefined ? {} : { region }),
      // SNS does not retry a message that is denied.
      dependsOn: [...queues.policies],
      // The dead-letter queue of a subscription must be in the region of the topic.
      ...(region === undefined
        ? { redrivePolicy: JSON.stringify({ deadLetterTargetArn: queues.deadLetters.arn }) }
        : {}),
      ...(filterPolicy === undefined
        ? {}
        : { filterPolicy: JSON.stringify(filterPolicy), filterPolicyScope: "MessageAttributes" }),
    });
}

/** Allows what a function of the owner's own needs to read the queue of a webhook. */
function makeConsumerPolicy(
  made: FunctionInStage,
  name: string,
  grants: readonly Statement[],
): void {
  const { config } = made;
  new IamPolicy(made, "consumer", {
    name: nameOf(config, `${name}-consumer`),
    path: iamPathOf(config),
    description: `Allows reading the queue of the webhook ${name} of stage ${config.name}.`,
    policy: policy([...grants, ...keyGrants(config)]),
  });
}
