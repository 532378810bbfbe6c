import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import { type Subscriptions, streamsOf, toSubscriptions } from "@rainhooks/webhook/resources";
import type { ITerraformDependable } from "cdktf";
import type { StackConfig } from "../../config/config.ts";
import { keyGrants } from "../../encryption.ts";
import { iamPathOf, nameOf } from "../../names.ts";
import { assumedBy, policy, type Statement } from "../../policy.ts";
import type { SourceTopic, Topics } from "../../topics.ts";
import type { DeployedFunction } from "../deployed.ts";
import type { ResourceLookup } from "../grants.ts";
import type { OwnQueues } from "../own-queues.ts";
import { grant, makeRole } from "../role.ts";
import type { FunctionInStage } from "./trigger-kind.ts";

type DeployedWebhook = DeployedFunction<"topics">;

const STREAM_ACTIONS = [
  "firehose:DescribeDeliveryStream",
  "firehose:ListDeliveryStreams",
  "firehose:ListTagsForDeliveryStream",
  "firehose:PutRecord",
  "firehose:PutRecordBatch",
];

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
  functions: readonly { readonly definition: DeployedFunction; readonly topics: readonly SourceTopic[] }[],
): Subscriptions {
  const webhooks = functions.flatMap(({ definition, topics }) => {
    if (definition.trigger !== "topics") return [];
    const [stream] = definition.delivery === "firehose" ? streamsOf(definition) : [];
    return [{ endpoint: nameOf(config, stream?.name ?? definition.name), topics }];
  });
  return toSubscriptions(webhooks);
}

/** Where the messages of a webhook go. */
interface Endpoint {
  readonly protocol: "sqs" | "lambda" | "firehose";
  readonly arn: string;
  readonly roleArn?: string;
  /**
   * The permissions of SNS. Subscriptions depend on them, because SNS does not retry a message that is
   * denied.
   */
  readonly permissions: readonly ITerraformDependable[];
}

/**
 * Subscribes a webhook to its topics: its queue, its function, or its stream, whose name it returns.
 *
 * @param lambda Its function, unless it is the owner's own or SNS writes to the stream.
 */
export function subscribe(
  made: FunctionInStage,
  webhook: DeployedWebhook,
  places: ResourceLookup,
  lambda?: LambdaFunction,
): { readonly streamName?: string } {
  const { topics, queues } = made;
  if (queues === undefined) throw new TypeError(`${webhook.name} has no queues.`);
  if (queues.queue !== undefined) {
    const { arn } = queues.queue;
    for (const topic of topics)
      subscribeTopic(made, webhook, topic, queues, { protocol: "sqs", arn, permissions: queues.policies });
    return {};
  }
  if (lambda !== undefined) {
    invokeDirectly(made, webhook, queues, lambda);
    return {};
  }
  return { streamName: fillStream(made, webhook, queues, places) };
}

/**
 * Lets SNS write to the stream of a webhook; returns the stream's name.
 * Source of the permissions: Amazon SNS developer guide, "Prerequisites for subscribing Firehose delivery
 * streams to Amazon SNS topics".
 */
function fillStream(
  made: FunctionInStage,
  webhook: DeployedWebhook,
  queues: OwnQueues,
  { resourceArn }: ResourceLookup,
): string {
  const { config } = made;
  const [stream] = streamsOf(webhook);
  if (stream === undefined) throw new TypeError(`Webhook ${webhook.name} has no stream.`);
  const arn = resourceArn(stream.name);
  const role = makeRole(made, config, {
    name: `${nameOf(config, webhook.name)}-subscription`,
    assumedBy: assumedBy("sns.amazonaws.com"),
  });
  const granted = grant(made, role, [{ actions: STREAM_ACTIONS, resources: [arn] }]);
  const permissions = [...queues.policies, granted];
  for (const topic of made.topics) {
    if (topic.region !== undefined)
      throw new TypeError(
        `Stage ${config.name}: the topic of ${topic.id} is in ${topic.region}, and SNS writes only to streams in the region of the topic. Use delivery "queue" for ${webhook.name}.`,
      );
    subscribeTopic(made, webhook, topic, queues, {
      protocol: "firehose",
      arn,
      roleArn: role.arn,
      permissions,
    });
  }
  return nameOf(config, stream.name);
}

function invokeDirectly(
  made: FunctionInStage,
  webhook: DeployedWebhook,
  queues: OwnQueues,
  { functionName, arn }: LambdaFunction,
): void {
  const permissions: ITerraformDependable[] = [...queues.policies];
  for (const topic of made.topics) {
    permissions.push(
      new LambdaPermission(made, `permission-${topic.id}`, {
        action: "lambda:InvokeFunction",
        functionName,
        principal: "sns.amazonaws.com",
        sourceArn: topic.arn,
      }),
    );
    subscribeTopic(made, webhook, topic, queues, {
      protocol: "lambda",
      arn,
      permissions: [...permissions],
    });
  }
  new LambdaFunctionEventInvokeConfig(made, "failures", {
    functionName,
    maximumRetryAttempts: 2,
    destinationConfig: { onFailure: { destination: queues.deadLetters.arn } },
  });
}

function subscribeTopic(
  made: FunctionInStage,
  { filterPolicy }: DeployedWebhook,
  { id, arn: topicArn, region }: SourceTopic,
  { deadLetters }: OwnQueues,
  { protocol, arn: endpoint, roleArn, permissions }: Endpoint,
): void {
  new SnsTopicSubscription(made, `subscription-${id}`, {
    topicArn,
    protocol,
    endpoint,
    ...(roleArn === undefined ? {} : { subscriptionRoleArn: roleArn }),
    // SNS keeps a subscription in the region of the topic.
    ...(region === undefined ? {} : { region }),
    dependsOn: [...permissions],
    // The dead-letter queue of a subscription must be in the region of the topic.
    ...(region === undefined
      ? { redrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn }) }
      : {}),
    ...(filterPolicy === undefined
      ? {}
      : { filterPolicy: JSON.stringify(filterPolicy), filterPolicyScope: "MessageAttributes" }),
  });
}

/** Allows what a function of the owner's own needs to read the queue of a webhook. */
export function makeConsumerPolicy(
  made: FunctionInStage,
  config: StackConfig,
  name: string,
  grants: readonly Statement[],
): void {
  new IamPolicy(made, "consumer", {
    name: nameOf(config, `${name}-consumer`),
    path: iamPathOf(config),
    description: `Allows reading the queue of the webhook ${name} of stage ${config.name}.`,
    policy: policy([...grants, ...keyGrants(config)]),
  });
}
