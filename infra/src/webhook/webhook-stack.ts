import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { integrationName, replayBatch, streamsOf } from "@rainhooks/webhook/define";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import { keyGrants } from "../encryption.ts";
import { makeFunction } from "../function/function.ts";
import { type ResourcePlaces, resourceGrants } from "../function/grants.ts";
import { allowRedrive, makeDeadLetterQueue, makeQueue, makeReplayQueue } from "../function/queues.ts";
import { queueGrants, readFromQueue } from "../function/read-queue.ts";
import { grant, makeRole } from "../function/role.ts";
import { nameOf } from "../names.ts";
import { assumedBy, policy, type Statement } from "../policy.ts";
import type { FoundTopic as Subscribed, Topics } from "../topics.ts";
import { secretGrants, stageSettings } from "./settings.ts";
import type { DeployedWebhook } from "./shape.ts";

/** Options of {@link WebhookResources}. */
export interface WebhookOptions extends ResourcePlaces {
  readonly config: StageConfig;
  readonly topics: Topics;
  /** ARN of a resource in the stage's account and region. */
  readonly arnOf: (service: string, resource: string) => string;
  /** Path of a webhook's zip. */
  readonly bundleZip: (webhook: string) => string;
}

const STREAM_ACTIONS = [
  "firehose:DescribeDeliveryStream",
  "firehose:ListDeliveryStreams",
  "firehose:ListTagsForDeliveryStream",
  "firehose:PutRecord",
  "firehose:PutRecordBatch",
];

/** All AWS resources of one webhook. */
export class WebhookResources extends Construct {
  readonly webhook: DeployedWebhook;
  /** `undefined` if the function is the owner's own, or if SNS writes to the stream itself. */
  readonly function?: LambdaFunction;
  readonly deadLetters: SqsQueue;
  /** The topics to which it subscribes. */
  readonly topics: readonly Subscribed[];
  readonly queue?: SqsQueue;
  /** Name of the stream to which SNS writes itself. */
  readonly streamName?: string;
  /** The queue to which replays send, of a webhook that accepts them. */
  readonly replayQueue?: SqsQueue;
  readonly #options: WebhookOptions;
  /** The permissions of SNS. Subscriptions depend on them, because SNS does not retry a message that is denied. */
  readonly #snsPermissions: ITerraformDependable[] = [];

  constructor(scope: Construct, webhook: DeployedWebhook, options: WebhookOptions) {
    super(scope, webhook.name);
    this.webhook = webhook;
    this.#options = options;
    const { config, topics } = options;
    const ofEvents = topics.of(webhook.events);
    // An archive keeps what nobody else can read.
    const subscribed = [...ofEvents, ...(streamsOf(webhook).length === 0 ? [] : topics.extra())];
    if (ofEvents.length === 0)
      throw new TypeError(
        `Stage ${config.name}: webhook ${webhook.name} has no topic, because all its events are left out. Set webhooks.${webhook.name}.deployed to false.`,
      );
    this.topics = subscribed;
    const topicArns = subscribed.map(({ arn }) => arn);
    const deadLetters = makeDeadLetterQueue(this, config, webhook, topicArns);
    this.deadLetters = deadLetters.queue;
    this.#snsPermissions.push(deadLetters.policy);
    if (webhook.delivery === "queue") {
      const made = makeQueue(this, config, webhook, topicArns, this.deadLetters);
      this.queue = made.queue;
      this.#snsPermissions.push(made.policy);
      if (webhook.replay !== "refuse")
        this.replayQueue = makeReplayQueue(this, config, webhook, this.deadLetters);
      allowRedrive(this, this.deadLetters, this.#queues());
    }
    if (this.queue !== undefined) this.#fillQueue(this.queue, subscribed);
    if (webhook.delivery === "firehose") {
      this.streamName = this.#fillStream(subscribed);
      return;
    }
    if (webhook.runtime === "external") {
      this.#makeConsumerPolicy();
      return;
    }
    const lambda = this.#makeFunction();
    this.function = lambda;
    if (this.queue === undefined) this.#invokeDirectly(lambda, subscribed);
    else readFromQueue(this, lambda, this.queue, webhook.batch);
    if (this.replayQueue !== undefined)
      readFromQueue(this, lambda, this.replayQueue, replayBatch(webhook.batch), "replay-mapping");
  }

  /** The queues that the function reads. */
  #queues(): SqsQueue[] {
    return [this.queue, this.replayQueue].filter((queue) => queue !== undefined);
  }

  /** Allows what a function of the owner's own needs to read the queue. */
  #makeConsumerPolicy(): void {
    const { config } = this.#options;
    const { name } = this.webhook;
    new IamPolicy(this, "consumer", {
      name: nameOf(config, `${name}-consumer`),
      ...(config.iam?.path === undefined ? {} : { path: config.iam.path }),
      description: `Allows reading the queue of the webhook ${name} of stage ${config.name}.`,
      policy: policy([...this.#grants(), ...keyGrants(config)]),
    });
  }

  #makeFunction(): LambdaFunction {
    const { config, bundleZip } = this.#options;
    return makeFunction(this, {
      config,
      definition: this.webhook,
      bundleZip: bundleZip(this.webhook.name),
      environment: this.#environment(),
      grants: this.#grants(),
      reservedConcurrency: this.webhook.reservedConcurrency,
    });
  }

  #environment(): Record<string, string> {
    const { name: stage, integration = integrationName(stage) } = this.#options.config;
    const names = {
      stage,
      integration,
      deadLetterQueueUrl: this.deadLetters.id,
      queueUrl: this.queue?.id,
      replayQueueUrl: this.replayQueue?.id,
      resourceName: (name: string) => nameOf(this.#options.config, name),
      queueUrlOf: (worker: string) => this.#options.queueOf(worker).id,
      topicArnOf: this.#options.topicArnOf,
      archived: this.#options.archived,
    };
    return {
      ...functionEnvironment(this.webhook, names, filterRulesReads.table.name),
      ...stageSettings(this.#options.config, this.webhook).variables,
      ...this.webhook.environment,
    };
  }

  /** Returns the permissions of the function: only the actions and resources that it uses. */
  #grants(): Statement[] {
    const { webhook, deadLetters } = this;
    const { resourceArn } = this.#options;
    return [
      ...queueGrants(deadLetters, this.#queues()),
      ...(webhook.filtered && webhook.runtime === "node"
        ? [{ actions: filterRulesReads.actions, resources: [resourceArn(filterRulesReads.table.name)] }]
        : []),
      ...resourceGrants(webhook, this.#options),
      ...secretGrants(this.#options.config, webhook, this.#options.arnOf),
    ];
  }

  #fillQueue(queue: SqsQueue, subscribed: readonly Subscribed[]): void {
    for (const topic of subscribed)
      this.#subscribe(topic, { topicArn: topic.arn, protocol: "sqs", endpoint: queue.arn });
  }

  /**
   * Lets SNS write to the stream of the webhook; returns the stream's name.
   * Source of the permissions: Amazon SNS developer guide, "Prerequisites for subscribing Firehose delivery streams to Amazon SNS topics".
   */
  #fillStream(subscribed: readonly Subscribed[]): string {
    const { config, resourceArn } = this.#options;
    const [stream] = streamsOf(this.webhook);
    if (stream === undefined) throw new TypeError(`Webhook ${this.webhook.name} has no stream.`);
    const arn = resourceArn(stream.name);
    const role = makeRole(this, config, {
      name: `${nameOf(config, this.webhook.name)}-subscription`,
      assumedBy: assumedBy("sns.amazonaws.com"),
    });
    const granted = grant(this, role, [{ actions: STREAM_ACTIONS, resources: [arn] }]);
    this.#snsPermissions.push(granted);
    for (const topic of subscribed) {
      if (topic.region !== undefined)
        throw new TypeError(
          `Stage ${config.name}: the topic of ${topic.id} is in ${topic.region}, and SNS writes only to streams in the region of the topic. Use delivery "queue" for ${this.webhook.name}.`,
        );
      this.#subscribe(topic, {
        topicArn: topic.arn,
        protocol: "firehose",
        endpoint: arn,
        subscriptionRoleArn: role.arn,
      });
    }
    return nameOf(config, stream.name);
  }

  #invokeDirectly(lambda: LambdaFunction, subscribed: readonly Subscribed[]): void {
    for (const topic of subscribed) {
      const { id, arn } = topic;
      const permission = new LambdaPermission(this, `permission-${id}`, {
        action: "lambda:InvokeFunction",
        functionName: lambda.functionName,
        principal: "sns.amazonaws.com",
        sourceArn: arn,
      });
      this.#snsPermissions.push(permission);
      this.#subscribe(topic, { topicArn: arn, protocol: "lambda", endpoint: lambda.arn });
    }
    new LambdaFunctionEventInvokeConfig(this, "failures", {
      functionName: lambda.functionName,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: this.deadLetters.arn } },
    });
  }

  #subscribe(
    { id, region }: Subscribed,
    to: {
      readonly topicArn: string;
      readonly protocol: string;
      readonly endpoint: string;
      readonly subscriptionRoleArn?: string;
    },
  ): void {
    const { filterPolicy } = this.webhook;
    new SnsTopicSubscription(this, `subscription-${id}`, {
      ...to,
      // SNS keeps a subscription in the region of the topic.
      ...(region === undefined ? {} : { region }),
      dependsOn: [...this.#snsPermissions],
      // The dead-letter queue of a subscription must be in the region of the topic.
      ...(region === undefined
        ? { redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.deadLetters.arn }) }
        : {}),
      ...(filterPolicy === undefined
        ? {}
        : { filterPolicy: JSON.stringify(filterPolicy), filterPolicyScope: "MessageAttributes" }),
    });
  }
}
