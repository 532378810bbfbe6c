import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import type { ScheduledFunction } from "@rainhooks/webhook/define";
import { resourceEnvironment } from "@rainhooks/webhook/environment";
import { Construct } from "constructs";
import type { StageConfig } from "../config/config.ts";
import type { ScheduledOverride } from "../config/scheduled.ts";
import { makeFunction } from "../function/function.ts";
import { type ResourcePlaces, resourceGrants } from "../function/grants.ts";
import { nameOf } from "../names.ts";
import { secretGrants, stageSettings } from "../webhook/settings.ts";

/** Options of {@link ScheduledResources}. */
export interface ScheduledOptions extends ResourcePlaces {
  readonly config: StageConfig;
  /** ARN of a resource in the stage's account and region. */
  readonly arnOf: (service: string, resource: string) => string;
  /** Path of a function's zip. */
  readonly bundleZip: (name: string) => string;
}

const MINUTE_S = 60;
const RETRIES = 2;
/** Source: AWS Lambda API reference, "PutFunctionEventInvokeConfig". */
const MAX_EVENT_AGE_S = 21_600;

/** A scheduled function as a stage deploys it: its definition with the changes of the stage. */
export function applyScheduledOverride(
  definition: ScheduledFunction,
  {
    everyMinutes = definition.everyMinutes,
    memoryMiB = definition.function.memoryMiB,
    timeoutS = definition.function.timeoutS,
  }: ScheduledOverride = {},
): ScheduledFunction {
  return { ...definition, everyMinutes, function: { memoryMiB, timeoutS } };
}

/** A scheduled function and the EventBridge rule that invokes it. */
export class ScheduledResources extends Construct {
  readonly definition: ScheduledFunction;
  readonly function: LambdaFunction;

  constructor(
    scope: Construct,
    definition: ScheduledFunction,
    { config, arnOf, bundleZip, ...places }: ScheduledOptions,
  ) {
    super(scope, definition.name);
    this.definition = definition;
    this.function = makeFunction(this, {
      config,
      definition,
      bundleZip: bundleZip(definition.name),
      environment: {
        ...resourceEnvironment(definition, {
          stage: config.name,
          resourceName: (name) => nameOf(config, name),
          queueUrlOf: (worker) => places.queueOf(worker).id,
          topicArnOf: places.topicArnOf,
        }),
        ...stageSettings(config, definition).variables,
      },
      grants: [...resourceGrants(definition, places), ...secretGrants(config, definition, arnOf)],
    });
    this.#schedule(config);
  }

  #schedule(config: StageConfig): void {
    const { name, description, everyMinutes } = this.definition;
    const rule = new CloudwatchEventRule(this, "rule", {
      name: nameOf(config, name),
      description,
      scheduleExpression: rateOf(everyMinutes),
    });
    const { functionName } = this.function;
    const permission = new LambdaPermission(this, "permission", {
      action: "lambda:InvokeFunction",
      functionName,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, "target", {
      rule: rule.name,
      arn: this.function.arn,
      dependsOn: [permission],
    });
    new LambdaFunctionEventInvokeConfig(this, "retries", {
      functionName,
      maximumRetryAttempts: RETRIES,
      // A run that is older than the next one is not needed any more.
      maximumEventAgeInSeconds: Math.min(everyMinutes * MINUTE_S, MAX_EVENT_AGE_S),
    });
  }
}

/** Source of the format: Amazon EventBridge user guide, "Rate expressions". */
function rateOf(everyMinutes: number): string {
  return `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`;
}
