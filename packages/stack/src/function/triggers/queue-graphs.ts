import {
  functionMetric,
  type Graph,
  inGraph,
  invocationMetrics,
  type LambdaName,
  type Metric,
  queueMetric,
  RIGHT,
} from "../../watching/alarm.ts";
import type { FunctionInStage } from "./function-in-stage.ts";

const COUNTS = ["Delivered", "Filtered", "Ignored", "Failed", "Undecodable", "Refused"];

/** Returns the graphs of a function that reads its own queue. */
export function queueGraphs(
  { config: { name: stage }, queues, function: lambda }: FunctionInStage,
  name: string,
): Graph[] {
  if (queues === undefined) return [];
  const { queue, deadLetters } = queues;
  const dimensions = { Stage: stage, Webhook: name };
  const metricOf = (metric: string): Metric => ({
    namespace: "Rainhooks",
    name: metric,
    dimensions,
  });
  const depth = "ApproximateNumberOfMessagesVisible";
  const age = queueMetric("ApproximateAgeOfOldestMessage", queue);
  return [
    {
      title: `${name}: records`,
      left: "records",
      stat: "Sum",
      metrics: COUNTS.map((metric) => inGraph(metricOf(metric))),
    },
    {
      title: `${name}: waiting, dead letters, oldest message`,
      left: "messages",
      right: "seconds",
      stat: "Maximum",
      metrics: [
        inGraph(queueMetric(depth, queue), { label: "waiting" }),
        inGraph(age, { ...RIGHT, label: "oldest (s)" }),
        inGraph(queueMetric(depth, deadLetters), { label: "dead letters" }),
      ],
    },
    ...(lambda === undefined ? [] : [invocationsGraph(name, lambda, metricOf("EventAge"))]),
  ];
}

function invocationsGraph(name: string, lambda: LambdaName, eventAge: Metric): Graph {
  const duration = functionMetric("Duration", lambda);
  return {
    title: `${name}: invocations, duration, age of events`,
    left: "invocations",
    right: "milliseconds",
    stat: "Sum",
    metrics: [
      ...invocationMetrics(lambda),
      inGraph(duration, { ...RIGHT, stat: "p95", label: "duration, p95 (ms)" }),
      inGraph(eventAge, { ...RIGHT, stat: "p50", label: "age of events, median (ms)" }),
    ],
  };
}
