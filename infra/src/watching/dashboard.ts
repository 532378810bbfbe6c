import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { ATTEMPT_METRICS } from "@rainhooks/forwarding/worker";
import type { Construct } from "constructs";
import type { ArchiveResources } from "../archive/archive.ts";
import type { StageConfig } from "../config/config.ts";
import { nameOf } from "../names.ts";
import type { PublishedParts } from "../outputs.ts";
import { makesAttempts } from "./forward-alarms.ts";
import { type Graph, RIGHT } from "./graph.ts";

const WIDTH = 12;
const HEIGHT = 6;

/** Makes the dashboard of a stage. Counts are sums, ages and queues are maxima, of 5 minutes. */
export function makeDashboard(
  scope: Construct,
  config: StageConfig,
  { functions, archive, tables }: PublishedParts,
): void {
  const graphs = [
    ...functions.flatMap((made) => made.graphs()),
    ...(functions.some(({ definition }) => makesAttempts(definition)) ? [attemptsGraph(config.name)] : []),
    ...(archive === undefined ? [] : [archiveGraph(archive)]),
    tableGraph(tables.map((table) => nameOf(config, table))),
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

function archiveGraph({ stream }: ArchiveResources): Graph {
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
