import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import type { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url/index.js";
import { codeOf, type FunctionDefinition } from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { Construct } from "constructs";
import type { StackConfig } from "../config/config.ts";
import type { Statement } from "../policy.ts";
import type { SourceTopic, Topics } from "../topics.ts";
import type { CloudwatchAlarm } from "../watching/alarm.ts";
import type { Graph } from "../watching/graph.ts";
import type { DeployedFunction } from "./deployed.ts";
import { namesIn, type ResourceLookup, resourceGrants } from "./grants.ts";
import { makeFunction } from "./lambda.ts";
import { type EgressNetwork, networkGrants } from "./network.ts";
import { makeOwnQueues, type OwnQueues, queueGrants, readQueues } from "./own-queues.ts";
import { secretGrants, stageSettings } from "./settings.ts";
import { subscribedTopics } from "./triggers/subscriptions.ts";
import type { FunctionInStage, TriggerResources } from "./triggers/trigger-kind.ts";
import { type TriggerOf, triggerOf } from "./triggers/triggers.ts";

/** Options of {@link FunctionResources.deploy}. */
export interface FunctionDependencies extends ResourceLookup {
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
  /** The network from which a function connects; `undefined` for none. */
  readonly networkOf: (definition: FunctionDefinition) => EgressNetwork | undefined;
}

/**
 * All AWS resources of one function. Its queues are made first, because functions send to queues of others:
 * {@link FunctionResources.deploy} makes the rest.
 */
export class FunctionResources extends Construct implements FunctionInStage {
  readonly config: StackConfig;
  readonly definition: DeployedFunction;
  readonly topics: readonly SourceTopic[];
  readonly queues: OwnQueues | undefined;
  #function: LambdaFunction | undefined;
  readonly #trigger: TriggerOf;
  #attached: TriggerResources = {};

  constructor(scope: Construct, config: StackConfig, definition: DeployedFunction, topics: Topics) {
    super(scope, definition.name);
    this.config = config;
    this.definition = definition;
    this.#trigger = triggerOf(definition.trigger, definition);
    this.topics = definition.trigger === "topics" ? subscribedTopics(config, definition, topics) : [];
    this.queues = "queue" in definition ? makeOwnQueues(this, config, definition, this.topics) : undefined;
  }

  get function(): LambdaFunction | undefined {
    return this.#function;
  }

  /** Of a function that requests invoke. */
  get url(): LambdaFunctionUrl | undefined {
    return this.#attached.url;
  }

  /** Makes the function, and what invokes it. */
  deploy(places: FunctionDependencies): void {
    const grants = this.#grants(places);
    if (this.#trigger.hasFunction) this.#function = this.#makeFunction(places, grants);
    const lambda = this.#function;
    if (lambda !== undefined && this.queues !== undefined)
      readQueues(this, lambda, this.queues, this.definition);
    this.#attached = this.#trigger.attach(this, grants);
  }

  /** Returns its alarms. */
  alarms(): readonly CloudwatchAlarm[] {
    return this.#trigger.alarms(this);
  }

  /** Returns its graphs. */
  graphs(): readonly Graph[] {
    return this.#trigger.graphs(this);
  }

  #makeFunction(places: FunctionDependencies, grants: readonly Statement[]): LambdaFunction {
    const { config, definition } = this;
    const bundleZip = places.bundleZip(codeOf(definition));
    return makeFunction(this, {
      config,
      definition,
      bundleZip,
      network: places.networkOf(definition),
      environment: this.#environment(places),
      grants,
    });
  }

  #environment(places: FunctionDependencies): Record<string, string> {
    const { config, definition, queues } = this;
    return {
      ...functionEnvironment(definition, {
        ...namesIn(config, places),
        queues: queues && {
          deadLetterQueueUrl: queues.deadLetters.id,
          queueUrl: queues.queue.id,
          replayQueueUrl: queues.replayQueue?.id,
        },
      }),
      ...stageSettings(config, definition).variables,
      ...definition.environment,
    };
  }

  /** Returns the permissions of the function: only the actions and resources that it uses. */
  #grants(places: FunctionDependencies): Statement[] {
    const { config, definition, queues } = this;
    return [
      ...(queues === undefined ? [] : queueGrants(queues)),
      ...this.#trigger.grants(places),
      ...resourceGrants(definition, places),
      ...secretGrants(config, definition, places.arnOf),
      ...(places.networkOf(definition) === undefined ? [] : networkGrants(config, definition, places.arnOf)),
    ];
  }
}
