import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LambdaFunctionUrl } from "@cdktf/provider-aws/lib/lambda-function-url/index.js";
import { iamPathOf, nameOf } from "../../config/config.ts";
import { policy } from "../../policy.ts";
import { functionMetric, type Graph, inGraph, RIGHT } from "../../watching/alarm.ts";
import type { DeployedFunction } from "../deployment.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

/**
 * Gives a function a URL that accepts only requests signed with AWS credentials, and makes a policy
 * to attach to its callers. Until it is attached, only principals that may invoke every function of
 * the account can call it.
 */
export function makeUrl(
  scope: FunctionInStage,
  { name, allowOrigins }: DeployedFunction<"url">,
  { functionName, arn }: LambdaFunction,
): LambdaFunctionUrl {
  makeCallerPolicy(scope, name, arn);
  return new LambdaFunctionUrl(scope, "url", {
    functionName,
    authorizationType: "AWS_IAM",
    ...(allowOrigins.length === 0 ? {} : { cors: corsFor(allowOrigins) }),
  });
}

/**
 * A caller of the URL needs two permissions: to invoke the URL, and the function behind it. The
 * conditions exclude direct invocations.
 */
function makeCallerPolicy(scope: FunctionInStage, name: string, arn: string): void {
  const { config } = scope;
  const resources = [arn];
  new IamPolicy(scope, "caller", {
    name: nameOf(config, `${name}-caller`),
    path: iamPathOf(config),
    description: `Allows calling ${name} of stage ${config.name}.`,
    policy: policy([
      {
        actions: ["lambda:InvokeFunctionUrl"],
        resources,
        conditions: { StringEquals: { "lambda:FunctionUrlAuthType": "AWS_IAM" } },
      },
      {
        actions: ["lambda:InvokeFunction"],
        resources,
        conditions: { Bool: { "lambda:InvokedViaFunctionUrl": "true" } },
      },
    ]),
  });
}

/** Headers of a request that is signed with AWS credentials. */
const SIGNED_HEADERS = [
  "authorization",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
];

/** Allows pages of some origins to call the function from a browser. */
function corsFor(allowOrigins: readonly string[]) {
  return {
    allowOrigins: [...allowOrigins],
    allowMethods: ["GET"],
    allowHeaders: SIGNED_HEADERS,
    maxAge: 3600,
  };
}

/** Returns the graph of a function with a URL. */
export function urlGraphs({ function: lambda }: FunctionInStage, name: string): Graph[] {
  if (lambda === undefined) return [];
  const metricOf = (metric: string) => functionMetric(metric, lambda);
  return [
    {
      title: `${name}: requests, failures, latency`,
      left: "requests",
      right: "milliseconds",
      stat: "Sum",
      metrics: [
        ...["UrlRequestCount", "Url4xxCount", "Url5xxCount"].map((metric) =>
          inGraph(metricOf(metric)),
        ),
        inGraph(metricOf("UrlRequestLatency"), {
          ...RIGHT,
          stat: "p95",
          label: "latency, p95 (ms)",
        }),
      ],
    },
  ];
}
