import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js";
import { chunk } from "@rainhooks/core/collections";
import { nameOf } from "@rainhooks/stack/config/config";
import { type Graph, inGraph, RIGHT, streamMetric } from "@rainhooks/stack/watching/alarm";
import type { Construct } from "constructs";
import type { ArchiveResources } from "../archive/archive.ts";
import type { StageConfig } from "../config.ts";
import type { StageResources } from "../outputs.ts";
import { PARTS } from "../parts.ts";

/**
 * The grid has 24 columns. Source: Amazon CloudWatch API reference, "Dashboard body structure and
 * syntax".
 */
const COLUMNS = 24;
const GRAPHS_PER_ROW = 3;
const HEIGHT = 6;
const ALARMS_HEIGHT = 4;
/** Alarms of one widget. Source: the same, "Alarm widget object". */
const MAX_ALARMS = 100;

/**
 * Makes the dashboard of a stage: its alarms, a row for each function that has several graphs, and
 * the others. Counts are sums, ages and queues are maxima, of 5 minutes.
 *
 * @param alarmArns ARNs of the alarms.
 */
export function makeDashboard(
  scope: Construct,
  config: StageConfig,
  { functions, archive, tables }: StageResources,
  alarmArns: readonly string[],
): void {
  const own = functions.map((made) => made.graphs());
  const deployed = functions.map(({ definition }) => definition);
  const others = [
    ...own.filter(({ length }) => length === 1).flat(),
    ...PARTS.flatMap((part) => part.graphs?.(config, deployed) ?? []),
    ...(archive === undefined ? [] : [archiveGraph(archive)]),
    ...tableGraphs(tables.map((table) => nameOf(config, table))),
  ];
  const rows = [...own.filter(({ length }) => length > 1), ...chunk(others, GRAPHS_PER_ROW)];
  const alarms = chunk(alarmArns, MAX_ALARMS).map((arns, index) => ({
    type: "alarm",
    x: 0,
    y: index * ALARMS_HEIGHT,
    width: COLUMNS,
    height: ALARMS_HEIGHT,
    properties: { title: "Alarms", alarms: arns, sortBy: "stateUpdatedTimestamp" },
  }));
  const graphs = rows.flatMap((row, index) =>
    row.map((graph, column) => ({
      type: "metric",
      x: (column * COLUMNS) / GRAPHS_PER_ROW,
      y: alarms.length * ALARMS_HEIGHT + index * HEIGHT,
      width: COLUMNS / GRAPHS_PER_ROW,
      height: HEIGHT,
      properties: propertiesOf(graph, config.region),
    })),
  );
  new CloudwatchDashboard(scope, "dashboard", {
    dashboardName: nameOf(config, "overview"),
    dashboardBody: JSON.stringify({ widgets: [...alarms, ...graphs] }),
  });
}

function propertiesOf({ title, metrics, stat, left, right }: Graph, region: string) {
  const scale = (label: string) => ({ label, showUnits: false, min: 0 });
  return {
    title,
    metrics,
    stat,
    region,
    period: 300,
    view: "timeSeries",
    stacked: false,
    yAxis: { left: scale(left), ...(right === undefined ? {} : { right: scale(right) }) },
  };
}

function archiveGraph({ stream }: ArchiveResources): Graph {
  const metricOf = (metric: string, options: object = {}) =>
    inGraph(streamMetric(metric, stream), options);
  return {
    title: "archive: bytes in and out, throttled records, oldest record",
    left: "bytes, records",
    right: "seconds",
    stat: "Sum",
    metrics: [
      ...["IncomingBytes", "DeliveryToS3.Bytes", "ThrottledRecords"].map((metric) =>
        metricOf(metric),
      ),
      metricOf("DeliveryToS3.DataFreshness", { ...RIGHT, stat: "Maximum", label: "oldest (s)" }),
    ],
  };
}

function tableGraphs(names: readonly string[]): Graph[] {
  const metricsOf = (...metrics: readonly string[]) =>
    names.flatMap((table) => metrics.map((metric) => ["AWS/DynamoDB", metric, "TableName", table]));
  return [
    {
      title: "tables: throttled reads and writes",
      left: "calls",
      stat: "Sum",
      metrics: metricsOf("ReadThrottleEvents", "WriteThrottleEvents"),
    },
    {
      title: "tables: writes",
      left: "units",
      stat: "Sum",
      metrics: metricsOf("ConsumedWriteCapacityUnits"),
    },
  ];
}
