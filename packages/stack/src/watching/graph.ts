import { functionMetric, type Metric } from "./alarm.ts";

/** A graph of the dashboard. */
export interface Graph {
  readonly title: string;
  /** What the scale on the left counts. */
  readonly left: string;
  /** What that on the right counts, if a metric uses it. */
  readonly right?: string;
  /** Metrics as CloudWatch writes them: namespace, name, pairs of dimensions, options. */
  readonly metrics: readonly (readonly unknown[])[];
  /** Statistic of the metrics that do not set their own. */
  readonly stat: "Sum" | "Maximum";
}

/** The option of a metric whose scale is on the right. */
export const RIGHT = { yAxis: "right" } as const;

/** Returns a metric as graphs have it. */
export function inGraph({ namespace, name, dimensions }: Metric, options: object = {}) {
  return [namespace, name, ...Object.entries(dimensions).flat(), options];
}

/** Returns how often a Lambda function was invoked, and how often that failed. */
export function invocationMetrics(lambda: { readonly functionName: string }) {
  return ["Invocations", "Errors", "Throttles"].map((name) => inGraph(functionMetric(name, lambda)));
}
