/**
 * Metric of the events of the busiest node: its sum over five minutes is what all copies of the
 * function got from it.
 */
export const ONE_NODE = "OneNode";

/** The counts of an invocation. */
export interface Metrics {
  /** Records received: the sum of what became of them. It is in the log alone, and no metric. */
  Received: number;
  /** Events filtered out by a rule. */
  Filtered: number;
  /** Events of a type that the webhook does not want, or of an unknown type. */
  Ignored: number;
  /** Records whose items were written. */
  Delivered: number;
  /** Records that failed and will be retried. */
  Failed: number;
  /** Records that cannot be decoded; they were sent to the dead-letter queue. */
  Undecodable: number;
  /** Records whose items were permanently rejected; they were sent to the dead-letter queue. */
  Refused: number;
  /**
   * Records that the sink did not attempt in the time of the invocation; they are delivered again.
   */
  Postponed: number;
  /** Records that a service refused because it is at its limit; they are tried again. */
  Throttled: number;
  /**
   * Events of the busiest node since the last time, filtered ones included; none if they are fewer
   * than 100 in the present five minutes.
   */
  [ONE_NODE]: number;
}

export function noMetrics(): Metrics {
  return {
    Received: 0,
    Filtered: 0,
    Ignored: 0,
    Delivered: 0,
    Failed: 0,
    Undecodable: 0,
    Refused: 0,
    Postponed: 0,
    Throttled: 0,
    [ONE_NODE]: 0,
  };
}

/** A custom metric of a function: its unit, as CloudWatch names it, and its value. */
export type CustomMetric = readonly [unit: "Count" | "Seconds" | "Milliseconds", value: number];

/** Returns one line in CloudWatch's Embedded Metric Format with custom metrics of a function. */
export function customMetrics(
  dimensions: Readonly<Record<string, string>>,
  metrics: Readonly<Record<string, CustomMetric>>,
  nowMs: number,
): string {
  const entries = Object.entries(metrics);
  const definitions = entries.map(([Name, [Unit]]) => ({ Name, Unit }));
  const values = Object.fromEntries(entries.map(([name, [, value]]) => [name, value]));
  return metricLine(dimensions, definitions, values, nowMs);
}

function metricLine(
  dimensions: Readonly<Record<string, string>>,
  definitions: readonly { readonly Name: string; readonly Unit: string }[],
  values: Readonly<Record<string, number | readonly number[]>>,
  nowMs: number,
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        { Namespace: "Rainhooks", Dimensions: [Object.keys(dimensions)], Metrics: definitions },
      ],
    },
    ...dimensions,
    ...values,
  });
}

/**
 * Metric of the age of the oldest record that has failed and will be retried, in seconds; there is
 * none without such a record.
 */
export const OLDEST_FAILED = "OldestFailed";

/** How old the records of an invocation are. */
export interface RecordAges {
  /** Of each event, since it was published, milliseconds. */
  readonly eventAgesMs: readonly number[];
  /**
   * Of the oldest record that will be retried, since it came to its queue, seconds; `undefined` if
   * there is none.
   */
  readonly oldestFailedS?: number | undefined;
}

/** Maximum values that CloudWatch accepts for one metric in one line. */
const VALUES_PER_METRIC = 100;

/**
 * Returns one line in CloudWatch's Embedded Metric Format: the counts, the age of the events in
 * milliseconds, and that of the oldest failed record. CloudWatch creates metrics from it without a
 * call from the function, and bills each for the hours in which it has a value: a count of zero is
 * a field of the line, for Logs Insights, and no metric. Source: Amazon CloudWatch User Guide,
 * "Specification: Embedded metric format".
 */
export function embeddedMetrics(
  dimensions: { readonly Stage: string; readonly Webhook: string },
  metrics: Metrics,
  { eventAgesMs, oldestFailedS }: RecordAges,
  nowMs: number,
): string {
  const ages = thinOut(eventAgesMs, VALUES_PER_METRIC);
  const measured = [
    ...(ages.length === 0 ? [] : [["EventAge", "Milliseconds", ages] as const]),
    ...(oldestFailedS === undefined ? [] : [[OLDEST_FAILED, "Seconds", oldestFailedS] as const]),
  ];
  const counted = Object.entries(metrics).filter(
    ([name, count]) => count !== 0 && name !== "Received",
  );
  const definitions = [
    ...counted.map(([Name]) => ({ Name, Unit: "Count" })),
    ...measured.map(([Name, Unit]) => ({ Name, Unit })),
  ];
  const values = Object.fromEntries(measured.map(([name, , value]) => [name, value]));
  return metricLine(dimensions, definitions, { ...metrics, ...values }, nowMs);
}

/**
 * Returns up to `max` of the values, evenly spread over their order of size, including the minimum
 * and the maximum.
 */
function thinOut(values: readonly number[], max: number): readonly number[] {
  if (values.length <= max) return values;
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from(
    { length: max },
    (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (max - 1))] ?? 0,
  );
}
