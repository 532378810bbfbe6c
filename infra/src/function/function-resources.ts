import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url/index.js";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { codeOf } from "@rainhooks/webhook/define";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import type { Statement } from "../policy.ts";
import type { FoundTopic, Topics } from "../topics.ts";
import type { DeployedFunction } from "./deployed.ts";
import { namesIn, type ResourcePlaces, resourceGrants } from "./grants.ts";
import { makeFunction } from "./lambda.ts";
import { makeOwnQueues, type OwnQueues, queueGrants, readQueues } from "./own-queues.ts";
import { secretGrants, stageSettings } from "./settings.ts";
import { scheduleFunction } from "./triggers/rate.ts";
import { makeConsumerPolicy, subscribe, subscribedTopics } from "./triggers/topics.ts";
import { makeUrl } from "./triggers/url.ts";

/** Options of {@link FunctionResources.deploy}. */
export interface FunctionPlaces extends ResourcePlaces {
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

/**
 * All AWS resources of one function. Its queues are made first, because functions send to queues of others: {@link FunctionResources.deploy} makes the
 * rest.
 */
export class FunctionResources extends Construct {
  readonly config: StageConfig;
  readonly definition: DeployedFunction;
  /** The topics to which a webhook subscribes. */
  readonly topics: readonly FoundTopic[];
  /** Those of a function that reads a queue, or whose messages SNS may fail to deliver. */
  readonly queues: OwnQueues | undefined;
  #function: LambdaFunction | undefined;
  #url: LambdaFunctionUrl | undefined;
  #streamName: string | undefined;

  constructor(scope: Construct, config: StageConfig, definition: DeployedFunction, topics: Topics) {
    super(scope, definition.name);
    this.config = config;
    this.definition = definition;
    this.topics = definition.trigger === "topics" ? subscribedTopics(config, definition, topics) : [];
    this.queues =
      definition.trigger === "topics" || definition.trigger === "queue"
        ? makeOwnQueues(this, config, definition, this.topics)
        : undefined;
  }

  /** `undefined` if the function is the owner's own, or if SNS writes to the stream itself. */
  get function(): LambdaFunction | undefined {
    return this.#function;
  }

  /** Of a function that requests invoke. */
  get url(): LambdaFunctionUrl | undefined {
    return this.#url;
  }

  /** Name of the stream of a webhook to which SNS writes itself. */
  get streamName(): string | undefined {
    return this.#streamName;
  }

  /** Makes the function, and what invokes it. */
  deploy(places: FunctionPlaces): void {
    const { config, definition } = this;
    if (definition.trigger === "topics" && definition.delivery === "firehose") {
      this.#streamName = subscribe(this, definition, places).streamName;
      return;
    }
    if (definition.trigger === "topics" && definition.runtime === "external") {
      subscribe(this, definition, places);
      makeConsumerPolicy(this, config, definition.name, this.#grants(places));
      return;
    }
    const lambda = makeFunction(this, {
      config,
      definition,
      bundleZip: places.bundleZip(codeOf(definition)),
      environment: this.#environment(places),
      grants: this.#grants(places),
    });
    this.#function = lambda;
    if (this.queues !== undefined) readQueues(this, lambda, this.queues, definition);
    switch (definition.trigger) {
      case "topics":
        subscribe(this, definition, places, lambda);
        break;
      case "rate":
        scheduleFunction(this, config, definition, lambda);
        break;
      case "url":
        this.#url = makeUrl(this, config, definition, lambda);
        break;
      case "queue":
      case "invocation":
        break;
      default:
        definition satisfies never;
    }
  }

  #environment(places: FunctionPlaces): Record<string, string> {
    const { config, definition, queues } = this;
    return {
      ...functionEnvironment(definition, {
        ...namesIn(config, places),
        queues: queues && {
          deadLetterQueueUrl: queues.deadLetters.id,
          queueUrl: queues.queue?.id,
          replayQueueUrl: queues.replayQueue?.id,
        },
      }),
      ...stageSettings(config, definition).variables,
      ...definition.environment,
    };
  }

  /** Returns the permissions of the function: only the actions and resources that it uses. */
  #grants(places: FunctionPlaces): Statement[] {
    const { config, definition, queues } = this;
    const { actions, table } = filterRulesReads;
    const readsRules =
      definition.trigger === "topics" && definition.filtered && definition.runtime === "node";
    return [
      ...(queues === undefined ? [] : queueGrants(queues)),
      ...(readsRules ? [{ actions, resources: [places.resourceArn(table.name)] }] : []),
      ...resourceGrants(definition, places),
      ...secretGrants(config, definition, places.arnOf),
    ];
  }
}
