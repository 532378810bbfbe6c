import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule/index.js";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission/index.js";
import type { FunctionOf } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import type { StageConfig } from "../../config/config.ts";
import { nameOf } from "../../names.ts";

const MINUTE_S = 60;
const RETRIES = 2;
/** Source: AWS Lambda API reference, "PutFunctionEventInvokeConfig". */
const MAX_EVENT_AGE_S = 21_600;

/** Lets an EventBridge rule invoke a function at its rate. */
export function scheduleFunction(
  scope: Construct,
  config: StageConfig,
  { name, description, everyMinutes }: FunctionOf<"rate">,
  { functionName, arn }: LambdaFunction,
): void {
  const rule = new CloudwatchEventRule(scope, "rule", {
    name: nameOf(config, name),
    description,
    scheduleExpression: rateOf(everyMinutes),
  });
  const permission = new LambdaPermission(scope, "permission", {
    action: "lambda:InvokeFunction",
    functionName,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
  new CloudwatchEventTarget(scope, "target", { rule: rule.name, arn, dependsOn: [permission] });
  new LambdaFunctionEventInvokeConfig(scope, "retries", {
    functionName,
    maximumRetryAttempts: RETRIES,
    // A run that is older than the next one is not needed any more.
    maximumEventAgeInSeconds: Math.min(everyMinutes * MINUTE_S, MAX_EVENT_AGE_S),
  });
}

/** Source of the format: Amazon EventBridge user guide, "Rate expressions". */
function rateOf(everyMinutes: number): string {
  return `rate(${everyMinutes} ${everyMinutes === 1 ? "minute" : "minutes"})`;
}
