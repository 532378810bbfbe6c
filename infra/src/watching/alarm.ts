/** A metric of AWS. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A value that CloudWatch computes from metrics. */
export interface MetricMath {
  /** Such as `100 * failed / (failed + delivered)`. */
  readonly expression: string;
  /** What the value is, for people. */
  readonly label: string;
  /** The metrics, by their names in the expression; of each, the sum of a period. */
  readonly sums: Readonly<Record<string, Metric>>;
}

/** A CloudWatch alarm. */
export interface CloudwatchAlarm {
  /** Its name after the stage: the part that `alarms.mute` of a stage contains. */
  readonly name: string;
  /** What has happened, and what to do. */
  readonly description: string;
  readonly metric: Metric | MetricMath;
  /** Of a metric; metric math has its own. */
  readonly statistic: "Sum" | "Maximum" | "Minimum";
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Periods in a row. */
  readonly periods: number;
  /** @defaultValue 300 */
  readonly periodS?: number;
  /** What a period without data means. With `missing`, periods that all have none notify, unless it was never otherwise. @defaultValue `notBreaching` */
  readonly missingData?: "missing";
  /** `now`: somebody should look at once, also at night. `today`: within working hours. */
  readonly level: AlarmLevel;
  /** True if it notifies nobody for now. */
  readonly isMuted?: boolean;
}

/** When somebody should look at an alarm. */
export type AlarmLevel = "now" | "today";

/** Returns the sum of some metrics; one without data counts as nothing. At most ten. Source: Amazon CloudWatch user guide, "Limits" of alarms. */
export function sumOf(label: string, metrics: readonly Metric[]): MetricMath {
  const sums = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  return { expression: `SUM([${Object.keys(sums).join(", ")}])`, label, sums };
}

/** The settings of an alarm on a count that exceeds a maximum. */
export function countAbove(threshold: number, periods: number) {
  return { statistic: "Sum", comparison: "GreaterThanThreshold", threshold, periods } as const;
}

/** The settings of an alarm on a measured value that exceeds a maximum once. */
export function valueAbove(threshold: number) {
  return { statistic: "Maximum", comparison: "GreaterThanThreshold", threshold, periods: 1 } as const;
}

/** A metric of a queue. */
export function queueMetric(name: string, queue: { readonly name: string }): Metric {
  return { namespace: "AWS/SQS", name, dimensions: { QueueName: queue.name } };
}

/** A metric of a Firehose stream. */
export function streamMetric(name: string, stream: string): Metric {
  return { namespace: "AWS/Firehose", name, dimensions: { DeliveryStreamName: stream } };
}

/** A metric of a Lambda function. */
export function functionMetric(name: string, { functionName }: { readonly functionName: string }): Metric {
  return { namespace: "AWS/Lambda", name, dimensions: { FunctionName: functionName } };
}
