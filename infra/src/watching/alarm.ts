/** A metric of AWS. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A CloudWatch alarm. */
export interface Alarm {
  /** Its name after the stage: the part that `alarms.mute` of a stage contains. */
  readonly name: string;
  /** What has happened, and what to do. */
  readonly description: string;
  readonly metric: Metric;
  readonly statistic: "Sum" | "Maximum" | "Minimum";
  readonly comparison: "GreaterThanThreshold" | "LessThanThreshold";
  readonly threshold: number;
  /** Periods in a row. */
  readonly periods: number;
  /** @defaultValue 300 */
  readonly periodS?: number;
  /** Whether a period without data counts as exceeding the threshold. @defaultValue false */
  readonly treatMissingAsBreaching?: boolean;
}

/** The settings of an alarm on a count that exceeds a maximum. */
export function countAbove(threshold: number, periods: number) {
  return { statistic: "Sum", comparison: "GreaterThanThreshold", threshold, periods } as const;
}

/** The settings of an alarm on a measured value that exceeds a maximum once. */
export function valueAbove(threshold: number) {
  return { statistic: "Maximum", comparison: "GreaterThanThreshold", threshold, periods: 1 } as const;
}
