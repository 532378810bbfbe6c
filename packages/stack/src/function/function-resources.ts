import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionRecursionConfig } from "@cdktf/provider-aws/lib/lambda-function-recursion-config/index.js";
import type { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url/index.js";
import { filterRulesReads } from "@rainhooks/filter/table-use";
import { codeOf, type FunctionDefinition } from "@rainhooks/webhook/define-function";
import { functionEnvironment } from "@rainhooks/webhook/environment";
import { handledWrites } from "@rainhooks/webhook/rounds-table";
import { Construct } from "constructs";
import type { StackConfig } from "../config/config.ts";
import type { Statement } from "../policy.ts";
import type { SourceTopic, Topics } from "../topics.ts";
import type { CloudwatchAlarm, Graph } from "../watching/alarm.ts";
import type { DeployedFunction } from "./deployment.ts";
import { makeQueues, type QueueResources, queueGrants, readQueues } from "./function-queues.ts";
import { namesIn, type ResourceLookup, resourceGrants, tableGrants } from "./grants.ts";
import { makeFunction } from "./lambda.ts";
import { type EgressNetwork, networkGrants } from "./network.ts";
import { secretGrants, stageSettings } from "./settings.ts";
import { failingAlarms } from "./triggers/failing-alarms.ts";
import type { FunctionInStage } from "./triggers/function-in-stage.ts";
import { queueAlarms } from "./triggers/queue-alarms.ts";
import { queueGraphs } from "./triggers/queue-graphs.ts";
import { rateAlarms, rateGraphs, scheduleFunction } from "./triggers/rate.ts";
import { subscribe, subscribedTopics } from "./triggers/subscriptions.ts";
import { oneNodeAlarms } from "./triggers/topics-alarms.ts";
import { makeUrl, urlGraphs } from "./triggers/url.ts";

/** Options of {@link FunctionResources.deploy}. */
export interface FunctionDependencies extends ResourceLookup {
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
  /** The network from which a function connects; `undefined` for none. */
  readonly networkOf: (definition: FunctionDefinition) => EgressNetwork | undefined;
}

/**
 * All AWS resources of one function. Its queues are made first, because functions send to queues of
 * others: {@link FunctionResources.deploy} makes the rest.
 */
export class FunctionResources extends Construct implements FunctionInStage {
  readonly config: StackConfig;
  readonly definition: DeployedFunction;
  readonly topics: readonly SourceTopic[];
  readonly queues: QueueResources | undefined;
  #function: LambdaFunction | undefined;
  #url: LambdaFunctionUrl | undefined;

  constructor(scope: Construct, config: StackConfig, definition: DeployedFunction, topics: Topics) {
    super(scope, definition.name);
    this.config = config;
    this.definition = definition;
    this.topics =
      definition.trigger === "topics" ? subscribedTopics(config, definition, topics) : [];
    this.queues =
      "queue" in definition ? makeQueues(this, config, definition, this.topics) : undefined;
  }

  get function(): LambdaFunction | undefined {
    return this.#function;
  }

  /** Of a function that requests invoke. */
  get url(): LambdaFunctionUrl | undefined {
    return this.#url;
  }

  /** Makes the function, and what invokes it. */
  deploy(places: FunctionDependencies): void {
    const { config, definition, queues } = this;
    const grants = this.#grants(places);
    if (definition.trigger !== "topics" || definition.runtime === "node")
      this.#function = makeFunction(
        this,
        config,
        definition,
        places.bundleZip(codeOf(definition)),
        {
          network: places.networkOf(definition),
          environment: this.#environment(places),
          grants,
        },
      );
    const lambda = this.#function;
    if (lambda !== undefined && queues !== undefined && "batch" in definition)
      readQueues(this, lambda, queues, definition);
    if (lambda !== undefined && definition.trigger === "queue" && definition.maxAgeS !== undefined)
      new LambdaFunctionRecursionConfig(this, "recursion", {
        functionName: lambda.functionName,
        recursiveLoop: "Allow",
      });
    if (definition.trigger === "topics") subscribe(this, definition, grants);
    if (lambda === undefined) return;
    if (definition.trigger === "rate") scheduleFunction(this, definition, lambda);
    if (definition.trigger === "url") this.#url = makeUrl(this, definition, lambda);
  }

  /** Returns its alarms. */
  alarms(): readonly CloudwatchAlarm[] {
    const { definition } = this;
    switch (definition.trigger) {
      case "topics":
        return [
          ...queueAlarms(this, definition),
          ...failingAlarms(this, definition),
          ...oneNodeAlarms(this, definition),
        ];
      case "queue":
        return [...queueAlarms(this, definition), ...failingAlarms(this, definition)];
      case "rate":
        return [...failingAlarms(this, definition), ...rateAlarms(this, definition)];
      case "url":
        return failingAlarms(this, definition);
      case "invocation":
        // The program that invokes the function reports its failures.
        return [];
    }
  }

  /** Returns its graphs. */
  graphs(): readonly Graph[] {
    const { definition } = this;
    if (definition.trigger === "rate") return rateGraphs(this, definition);
    if (definition.trigger === "url") return urlGraphs(this, definition.name);
    return queueGraphs(this, definition.name);
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
      ...this.#filterGrants(places),
      ...(places.hasRounds && definition.trigger === "topics" && definition.runtime === "node"
        ? tableGrants(handledWrites, places)
        : []),
      ...resourceGrants(definition, places),
      ...secretGrants(config, definition, places.arnOf),
      ...(places.networkOf(definition) === undefined
        ? []
        : networkGrants(config, definition, places.arnOf)),
    ];
  }

  /** A webhook whose function is the stage's reads the filters. */
  #filterGrants(places: FunctionDependencies): Statement[] {
    const { definition } = this;
    const { actions, table } = filterRulesReads;
    if (definition.trigger !== "topics" || !definition.filtered || definition.runtime !== "node")
      return [];
    return [{ actions, resources: [places.resourceArn(table.name)] }];
  }
}
