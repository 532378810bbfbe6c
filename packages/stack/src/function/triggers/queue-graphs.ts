import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { type Graph, invocationMetrics, lambdaMetric, RIGHT } from "../../watching/graph.ts";
import type { DeployedFunction } from "../deployed.ts";
import type { FunctionInStage } from "./trigger-kind.ts";

const COUNTS = ["Received", "Delivered", "Filtered", "Ignored", "Failed", "Undecodable", "Refused"];

/** Returns the graphs of a function that reads its own queue. */
export function queueGraphs(
  stage: string,
  { name }: DeployedFunction,
  { queues, function: lambda }: FunctionInStage,
): Graph[] {
  if (queues === undefined) return [];
  const { queue, deadLetters } = queues;
  const metricOf = (metric: string, options: object = {}) => [
    "Rainhooks",
    metric,
    "Stage",
    stage,
    "Webhook",
    name,
    options,
  ];
  const queueMetric = (metric: string, queueName: string, options: object = {}) => [
    "AWS/SQS",
    metric,
    "QueueName",
    queueName,
    options,
  ];
  const depth = "ApproximateNumberOfMessagesVisible";
  return [
    {
      title: `${name}: records`,
      left: "records",
      stat: "Sum",
      metrics: COUNTS.map((metric) => metricOf(metric)),
    },
    {
      title: `${name}: waiting, dead letters, oldest message`,
      left: "messages",
      right: "seconds",
      stat: "Maximum",
      metrics: [
        queueMetric(depth, queue.name, { label: "waiting" }),
        queueMetric("ApproximateAgeOfOldestMessage", queue.name, { ...RIGHT, label: "oldest (s)" }),
        queueMetric(depth, deadLetters.name, { label: "dead letters" }),
      ],
    },
    ...(lambda === undefined ? [] : [invocationsGraph(name, lambda, metricOf)]),
  ];
}

function invocationsGraph(
  name: string,
  lambda: LambdaFunction,
  metricOf: (metric: string, options: object) => readonly unknown[],
): Graph {
  return {
    title: `${name}: invocations, duration, age of events`,
    left: "invocations",
    right: "milliseconds",
    stat: "Sum",
    metrics: [
      ...invocationMetrics(lambda),
      lambdaMetric("Duration", lambda, { ...RIGHT, stat: "p95", label: "duration, p95 (ms)" }),
      metricOf("EventAge", { ...RIGHT, stat: "p50", label: "age of events, median (ms)" }),
    ],
  };
}
