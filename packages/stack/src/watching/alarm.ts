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
  /** The metrics, by their names in the expression. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** Statistic of each metric in a period. @defaultValue `Sum` */
  readonly stat?: "Maximum";
}

/** Period of an alarm that says no other. */
export const PERIOD_S = 300;

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
  /** Periods of these that are enough. @defaultValue all */
  readonly enough?: number;
  /** @defaultValue {@link PERIOD_S} */
  readonly periodS?: number;
  /** What a period without data means: see {@link MissingData}. @defaultValue `notBreaching` */
  readonly missingData?: MissingData;
  /**
   * The page to which it belongs: somebody should look at once, also at night. One without waits
   * for working hours.
   */
  readonly cause?: Cause;
  /**
   * Name of an alarm that must be in order, such as one that has no data until what is watched has
   * run once. Otherwise this one sends no page; and if there are pages, it tells nobody itself.
   */
  readonly onceKnown?: string;
  /**
   * True if the rounds of a stage evaluate it, once an hour, in place of CloudWatch: a stage
   * without rounds does without it.
   */
  readonly isHourly?: true;
  /** True if it notifies nobody for now. */
  readonly isMuted?: boolean;
}

/**
 * With `ignore`, an alarm stays as it is; with `missing`, it has not enough data if no period has
 * any, and only periods with data count.
 */
type MissingData = "missing" | "ignore" | "breaching";

/** What is wrong with a stage, as a page says it. */
export type Cause = "nothing-out" | "lost" | "archive" | "behind";

/**
 * Returns the sum of some metrics; one without data counts as nothing. An alarm
 * has ten at most. Source: Amazon CloudWatch user guide, "Limits" of alarms.
 *
 * @param read Returns what is summed of a metric, by its name. @defaultValue itself
 */
export function sumOf(
  label: string,
  metrics: readonly Metric[],
  read = (id: string) => id,
): MetricMath {
  return overAll("SUM", label, metrics, read);
}

/** Returns the highest value of some metrics, in the same way. */
export function highestOf(
  label: string,
  metrics: readonly Metric[],
  read = (id: string) => id,
): MetricMath {
  return { ...overAll("MAX", label, metrics, read), stat: "Maximum" };
}

/**
 * Reads a metric as 0 where it has no data, if it has some beside. Without, an alarm on what is
 * rarely written goes by the last values for two more periods.
 */
export function orZero(id: string): string {
  return `FILL(${id}, 0)`;
}

function overAll(
  name: "SUM" | "MAX",
  label: string,
  all: readonly Metric[],
  read: (id: string) => string,
): MetricMath {
  const metrics = Object.fromEntries(all.map((metric, index) => [`m${index}`, metric]));
  return { expression: `${name}([${Object.keys(metrics).map(read).join(", ")}])`, label, metrics };
}

/** The settings of an alarm on a count that exceeds a maximum. */
export function countAbove(threshold: number, periods: number) {
  return { statistic: "Sum", comparison: "GreaterThanThreshold", threshold, periods } as const;
}

/**
 * The settings of an alarm on a measured value that exceeds a maximum once. It is over after some
 * periods in which the value does not: what comes and goes is told once.
 */
export function valueAbove(threshold: number, periods = 1) {
  return {
    statistic: "Maximum",
    comparison: "GreaterThanThreshold",
    threshold,
    periods,
    enough: 1,
  } as const;
}

/*
 * Names, and no references: Terraform makes an alarm before it deletes the one before, and would do
 * the same with all that an alarm refers to, down to roles, whose names cannot exist twice.
 */

type Name = string | undefined;
export type QueueName = { readonly nameInput?: Name };
export type LambdaName = { readonly functionNameInput?: Name };

/** A metric of a queue. */
export function queueMetric(name: string, { nameInput = "" }: QueueName): Metric {
  return { namespace: "AWS/SQS", name, dimensions: { QueueName: nameInput } };
}

/** A metric of a Firehose stream. */
export function streamMetric(name: string, { nameInput = "" }: QueueName): Metric {
  return { namespace: "AWS/Firehose", name, dimensions: { DeliveryStreamName: nameInput } };
}

/** A metric of a Lambda function. */
export function functionMetric(name: string, { functionNameInput = "" }: LambdaName): Metric {
  return { namespace: "AWS/Lambda", name, dimensions: { FunctionName: functionNameInput } };
}

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
export function invocationMetrics(lambda: LambdaName) {
  return ["Invocations", "Errors", "Throttles"].map((name) =>
    inGraph(functionMetric(name, lambda)),
  );
}
