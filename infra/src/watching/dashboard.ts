import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { ATTEMPT_METRICS } from "@rainhooks/forwarding/worker";
import type { Trigger } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import type { Archive } from "../archive/archive.ts";
import type { StageConfig } from "../config/config.ts";
import type { DeployedFunction } from "../function/deployed.ts";
import type { FunctionResources } from "../function/function-resources.ts";
import { nameOf } from "../names.ts";
import type { StageParts } from "../outputs.ts";
import { makesAttempts } from "./forward-alarms.ts";

const COUNTS = ["Received", "Delivered", "Filtered", "Ignored", "Failed", "Undecodable", "Refused"];
const WIDTH = 12;
const HEIGHT = 6;
const RIGHT = { yAxis: "right" } as const;

interface Graph {
  readonly title: string;
  /** Metrics as CloudWatch writes them: namespace, name, pairs of dimensions, options. */
  readonly metrics: readonly (readonly unknown[])[];
  /** Statistic of the metrics that do not set their own. */
  readonly stat: "Sum" | "Maximum";
}

/** Which graphs come first, by the trigger of the function. */
const ROW: Readonly<Record<Trigger, number>> = { topics: 1, queue: 1, rate: 2, invocation: 3, url: 3 };

/** Makes the dashboard of a stage. Counts are sums, ages and queues are maxima, of 5 minutes. */
export function makeDashboard(
  scope: Construct,
  config: StageConfig,
  { functions, archive, tables }: StageParts,
): void {
  const inRow = Map.groupBy(functions, ({ definition: { trigger } }) => ROW[trigger]);
  const graphsOf = (row: number) =>
    (inRow.get(row) ?? []).flatMap((made) => functionGraphs(config.name, made));
  const graphs = [
    ...graphsOf(1),
    ...(functions.some(({ definition }) => makesAttempts(definition)) ? [attemptsGraph(config.name)] : []),
    ...graphsOf(2),
    ...(archive === undefined ? [] : [archiveGraph(archive)]),
    tableGraph(tables.map((table) => nameOf(config, table))),
    ...graphsOf(3),
  ];
  const widgets = graphs.map(({ title, metrics, stat }, index) => ({
    type: "metric",
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title,
      metrics,
      stat,
      region: config.region,
      period: 300,
      view: "timeSeries",
      stacked: false,
    },
  }));
  new CloudwatchDashboard(scope, "dashboard", {
    dashboardName: nameOf(config, "overview"),
    dashboardBody: JSON.stringify({ widgets }),
  });
}

/** The graphs of a function, by its trigger. What one does that programs invoke, they say. */
function functionGraphs(stage: string, made: FunctionResources): Graph[] {
  const { definition, function: lambda } = made;
  switch (definition.trigger) {
    case "topics":
    case "queue":
      return queuedGraphs(stage, made);
    case "rate":
      return lambda === undefined ? [] : [scheduledGraph(stage, definition, lambda)];
    case "url":
      return lambda === undefined ? [] : [urlGraph(definition.name, lambda)];
    case "invocation":
      return [];
  }
}

/** The graphs of a function that reads its own queue. */
function queuedGraphs(
  stage: string,
  { definition: { name }, queues, function: lambda, streamName }: FunctionResources,
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
    // Without a function, nothing counts; the graph of the archive has what Firehose says.
    ...(streamName === undefined
      ? [
          {
            title: `${name}: records`,
            stat: "Sum",
            metrics: COUNTS.map((metric) => metricOf(metric)),
          } as const,
        ]
      : []),
    {
      title: `${name}: waiting and dead letters (messages), oldest message (seconds, right)`,
      stat: "Maximum",
      metrics: [
        ...(queue === undefined
          ? []
          : [
              queueMetric(depth, queue.name),
              queueMetric("ApproximateAgeOfOldestMessage", queue.name, RIGHT),
            ]),
        queueMetric(depth, deadLetters.name),
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
    title: `${name}: invocations, errors, throttles; duration and age of events (milliseconds, right)`,
    stat: "Sum",
    metrics: [
      ...["Invocations", "Errors", "Throttles"].map((metric) => functionMetric(metric, lambda)),
      functionMetric("Duration", lambda, { ...RIGHT, stat: "p95" }),
      metricOf("EventAge", { ...RIGHT, stat: "p50" }),
    ],
  };
}

function scheduledGraph(
  stage: string,
  { name, behind }: DeployedFunction<"rate">,
  lambda: LambdaFunction,
): Graph {
  const peak = { ...RIGHT, stat: "Maximum" };
  const how = behind === undefined ? "" : ", and how far it is behind (seconds)";
  return {
    title: `${name}: invocations, errors, throttles; duration (milliseconds)${how} (right)`,
    stat: "Sum",
    metrics: [
      ...["Invocations", "Errors", "Throttles"].map((metric) => functionMetric(metric, lambda)),
      functionMetric("Duration", lambda, peak),
      ...(behind === undefined ? [] : [["Rainhooks", behind.metric, "Stage", stage, peak]]),
    ],
  };
}

function functionMetric(metric: string, { functionName }: LambdaFunction, options: object = {}) {
  return ["AWS/Lambda", metric, "FunctionName", functionName, options];
}

function attemptsGraph(stage: string): Graph {
  const metricOf = (metric: string, options: object = {}) => ["Rainhooks", metric, "Stage", stage, options];
  const { delivered, failed, paused, oldestFailed } = ATTEMPT_METRICS;
  const peak = { ...RIGHT, stat: "Maximum" };
  return {
    title:
      "destinations: attempts; paused destinations, and age of the oldest event that failed (seconds) (right)",
    stat: "Sum",
    metrics: [metricOf(delivered), metricOf(failed), metricOf(paused, peak), metricOf(oldestFailed, peak)],
  };
}

function archiveGraph({ stream }: Archive): Graph {
  const metricOf = (metric: string, options: object = {}) => [
    "AWS/Firehose",
    metric,
    "DeliveryStreamName",
    stream.name,
    options,
  ];
  return {
    title: "archive: bytes in and out, throttled records; oldest record (seconds, right)",
    stat: "Sum",
    metrics: [
      ...["IncomingBytes", "DeliveryToS3.Bytes", "ThrottledRecords"].map((metric) => metricOf(metric)),
      metricOf("DeliveryToS3.DataFreshness", { ...RIGHT, stat: "Maximum" }),
    ],
  };
}

function tableGraph(names: readonly string[]): Graph {
  const metricOf = (metric: string, table: string, options: object = {}) => [
    "AWS/DynamoDB",
    metric,
    "TableName",
    table,
    options,
  ];
  return {
    title: "tables: throttled reads and writes; write units (right)",
    stat: "Sum",
    metrics: names.flatMap((table) => [
      metricOf("ReadThrottleEvents", table),
      metricOf("WriteThrottleEvents", table),
      metricOf("ConsumedWriteCapacityUnits", table, RIGHT),
    ]),
  };
}

function urlGraph(name: string, lambda: LambdaFunction): Graph {
  return {
    title: `${name}: requests, failures; latency (milliseconds, right)`,
    stat: "Sum",
    metrics: [
      ...["UrlRequestCount", "Url4xxCount", "Url5xxCount"].map((metric) => functionMetric(metric, lambda)),
      functionMetric("UrlRequestLatency", lambda, { ...RIGHT, stat: "p95" }),
    ],
  };
}
