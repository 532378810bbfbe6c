import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription/index.js";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue/index.js";
import { type EventType, shortType } from "@rainhooks/core";
import { filterRulesTable } from "@rainhooks/filter/table";
import { deployedName, integrationName } from "@rainhooks/webhook/define";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { StageConfig } from "../config.ts";
import { makeFunction } from "../function/function.ts";
import { resourceGrants } from "../function/grants.ts";
import type { Statement } from "../policy.ts";
import type { Topics } from "../topics.ts";
import { makeDeadLetterQueue, makeQueue } from "./queues.ts";
import type { DeployedWebhook } from "./shape.ts";

/** What a webhook is deployed with. */
export interface WebhookOptions {
  readonly config: StageConfig;
  readonly topics: Topics;
  /** ARN of a table or stream, by its name within a stage. */
  readonly resourceArn: (name: string) => string;
  /** Path of a webhook's zip. */
  readonly bundleZip: (webhook: string) => string;
}

interface Subscribed {
  readonly type: EventType;
  readonly arn: string;
}

/** Everything that one webhook is in AWS. */
export class WebhookResources extends Construct {
  readonly webhook: DeployedWebhook;
  readonly function: LambdaFunction;
  readonly deadLetters: SqsQueue;
  readonly queue?: SqsQueue;
  readonly #options: WebhookOptions;
  /** What lets SNS in. Subscriptions come after it: a message that is denied is not tried again. */
  readonly #admission: ITerraformDependable[] = [];

  constructor(scope: Construct, webhook: DeployedWebhook, options: WebhookOptions) {
    super(scope, webhook.name);
    this.webhook = webhook;
    this.#options = options;
    const { config, topics } = options;
    const subscribed = topics.of(webhook.events);
    const topicArns = subscribed.map(({ arn }) => arn);
    const deadLetters = makeDeadLetterQueue(this, config.name, webhook, topicArns);
    this.deadLetters = deadLetters.queue;
    this.#admission.push(deadLetters.policy);
    if (webhook.delivery === "queue") {
      const own = makeQueue(this, config.name, webhook, topicArns, this.deadLetters);
      this.queue = own.queue;
      this.#admission.push(own.policy);
    }
    this.function = this.#makeFunction();
    if (this.queue === undefined) this.#invokeDirectly(subscribed);
    else this.#feedFrom(this.queue, subscribed);
  }

  #makeFunction(): LambdaFunction {
    const { config, bundleZip } = this.#options;
    return makeFunction(this, {
      config,
      definition: this.webhook,
      bundleZip: bundleZip(this.webhook.name),
      environment: this.#environment(),
      grants: this.#grants(),
    });
  }

  #environment(): Record<string, string> {
    const { name: stage, integration = integrationName(stage) } = this.#options.config;
    const names = {
      stage,
      integration,
      deadLetterQueueUrl: this.deadLetters.id,
      queueUrl: this.queue?.id,
      resourceName: (name: string) => deployedName(stage, name),
    };
    return {
      ...functionEnvironment(this.webhook, names, filterRulesTable.name),
      ...this.webhook.environment,
    };
  }

  /** What the function may do: just the calls it makes, on just the resources it uses. */
  #grants(): Statement[] {
    const { webhook, deadLetters, queue } = this;
    const { resourceArn } = this.#options;
    return [
      { actions: ["sqs:SendMessage"], resources: [deadLetters.arn] },
      ...(queue === undefined
        ? []
        : [
            {
              actions: [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
              ],
              resources: [queue.arn],
            },
          ]),
      ...(webhook.filtered
        ? [{ actions: ["dynamodb:BatchGetItem"], resources: [resourceArn(filterRulesTable.name)] }]
        : []),
      ...resourceGrants(webhook, resourceArn),
    ];
  }

  #feedFrom(queue: SqsQueue, subscribed: readonly Subscribed[]): void {
    const { size, windowS, maxConcurrency } = this.webhook.batch;
    for (const { type, arn } of subscribed)
      this.#subscribe(type, { topicArn: arn, protocol: "sqs", endpoint: queue.arn });
    new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: queue.arn,
      functionName: this.function.arn,
      batchSize: size,
      maximumBatchingWindowInSeconds: windowS,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: maxConcurrency },
    });
  }

  #invokeDirectly(subscribed: readonly Subscribed[]): void {
    for (const { type, arn } of subscribed) {
      const permission = new LambdaPermission(this, `permission-${shortType(type)}`, {
        action: "lambda:InvokeFunction",
        functionName: this.function.functionName,
        principal: "sns.amazonaws.com",
        sourceArn: arn,
      });
      this.#admission.push(permission);
      this.#subscribe(type, { topicArn: arn, protocol: "lambda", endpoint: this.function.arn });
    }
    new LambdaFunctionEventInvokeConfig(this, "failures", {
      functionName: this.function.functionName,
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: this.deadLetters.arn } },
    });
  }

  #subscribe(
    type: EventType,
    to: { readonly topicArn: string; readonly protocol: string; readonly endpoint: string },
  ): void {
    const { filterPolicy } = this.webhook;
    new SnsTopicSubscription(this, `subscription-${shortType(type)}`, {
      ...to,
      dependsOn: [...this.#admission],
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: this.deadLetters.arn }),
      ...(filterPolicy === undefined
        ? {}
        : { filterPolicy: JSON.stringify(filterPolicy), filterPolicyScope: "MessageAttributes" }),
    });
  }
}
