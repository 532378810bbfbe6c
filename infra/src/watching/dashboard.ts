import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { deployedName } from "@rainhooks/webhook/define";
import type { Construct } from "constructs";
import type { Archive } from "../archive/archive.ts";
import type { StageConfig } from "../config.ts";
import type { StageParts } from "../outputs.ts";
import type { QueryApi } from "../query-api/query-api.ts";
import type { WebhookResources } from "../webhook/webhook-stack.ts";

const COUNTS = ["Received", "Delivered", "Filtered", "Ignored", "Failed", "Undecodable", "Refused"];
const WIDTH = 12;
const HEIGHT = 6;

interface Graph {
  readonly title: string;
  readonly metrics: readonly (readonly unknown[])[];
  readonly stat: string;
}

/** Makes the dashboard of a stage: counts, ages and queues of each webhook, the stream of the archive, requests of the API. */
export function makeDashboard(
  scope: Construct,
  { name: stage, region }: StageConfig,
  { webhooks, archive, queryApi }: StageParts,
): void {
  const graphs = [
    ...webhooks.flatMap((webhook) => webhookGraphs(stage, webhook)),
    ...(archive === undefined ? [] : [archiveGraph(archive)]),
    ...(queryApi === undefined ? [] : [apiGraph(queryApi)]),
  ];
  const widgets = graphs.map(({ title, metrics, stat }, index) => ({
    type: "metric",
    x: (index % 2) * WIDTH,
    y: Math.floor(index / 2) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: { title, metrics, stat, region, period: 300, view: "timeSeries", stacked: false },
  }));
  new CloudwatchDashboard(scope, "dashboard", {
    dashboardName: deployedName(stage, "overview"),
    dashboardBody: JSON.stringify({ widgets }),
  });
}

function webhookGraphs(
  stage: string,
  { webhook, queue, deadLetters, function: lambda }: WebhookResources,
): Graph[] {
  const { name } = webhook;
  const metricOf = (metric: string, options: object = {}) => [
    "Rainhooks",
    metric,
    "Stage",
    stage,
    "Webhook",
    name,
    options,
  ];
  const depth = "ApproximateNumberOfMessagesVisible";
  return [
    { title: `${name}: records`, stat: "Sum", metrics: COUNTS.map((metric) => metricOf(metric)) },
    {
      title: `${name}: age of events, duration, waiting`,
      stat: "Maximum",
      metrics: [
        metricOf("EventAge", { stat: "p50", yAxis: "right" }),
        ["AWS/Lambda", "Duration", "FunctionName", lambda.functionName],
        ...(queue === undefined ? [] : [["AWS/SQS", depth, "QueueName", queue.name]]),
        ["AWS/SQS", depth, "QueueName", deadLetters.name],
      ],
    },
  ];
}

function archiveGraph({ stream }: Archive): Graph {
  const metrics = ["IncomingBytes", "DeliveryToS3.Bytes", "DeliveryToS3.DataFreshness"];
  return {
    title: "archive: Firehose",
    stat: "Maximum",
    metrics: metrics.map((metric) => ["AWS/Firehose", metric, "DeliveryStreamName", stream.name]),
  };
}

function apiGraph({ name, function: lambda }: QueryApi): Graph {
  const metricOf = (metric: string, options: object = {}) => [
    "AWS/Lambda",
    metric,
    "FunctionName",
    lambda.functionName,
    options,
  ];
  return {
    title: `${name}: requests, failures, latency`,
    stat: "Sum",
    metrics: [
      metricOf("UrlRequestCount"),
      metricOf("Url4xxCount"),
      metricOf("Url5xxCount"),
      metricOf("UrlRequestLatency", { stat: "p95", yAxis: "right" }),
    ],
  };
}
