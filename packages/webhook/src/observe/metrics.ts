/** The metrics of an invocation. */
export interface Metrics {
  /** Records that arrived. */
  Received: number;
  /** Events held back by a filter rule. */
  Filtered: number;
  /** Events that the webhook does not want, or of a type nobody knows. */
  Ignored: number;
  /** Records whose items were written. */
  Delivered: number;
  /** Records that failed and will come again. */
  Failed: number;
  /** Records that cannot be decoded, gone to the dead-letter queue. */
  Undecodable: number;
  /** Records whose items were refused for good, gone to the dead-letter queue. */
  Refused: number;
  /** Reads of filter rules that failed, so that rules of earlier were used. */
  StaleRules: number;
}

/** All metrics at zero. */
export function noMetrics(): Metrics {
  return {
    Received: 0,
    Filtered: 0,
    Ignored: 0,
    Delivered: 0,
    Failed: 0,
    Undecodable: 0,
    Refused: 0,
    StaleRules: 0,
  };
}

/** Most values that CloudWatch takes for one metric in one line. */
const VALUES_PER_METRIC = 100;

/**
 * One line in CloudWatch's Embedded Metric Format: the counts, and the age of the events in milliseconds. CloudWatch
 * makes metrics of it without a call from the function.
 * Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format".
 */
export function embeddedMetrics(
  dimensions: { readonly Stage: string; readonly Webhook: string },
  metrics: Metrics,
  eventAgesMs: readonly number[],
  nowMs: number,
): string {
  const ages = thinOut(eventAgesMs, VALUES_PER_METRIC);
  const definitions = Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" }));
  return JSON.stringify({
    _aws: {
      Timestamp: nowMs,
      CloudWatchMetrics: [
        {
          Namespace: "Rainhooks",
          Dimensions: [Object.keys(dimensions)],
          Metrics:
            ages.length === 0 ? definitions : [...definitions, { Name: "EventAge", Unit: "Milliseconds" }],
        },
      ],
    },
    ...dimensions,
    ...metrics,
    ...(ages.length === 0 ? {} : { EventAge: ages }),
  });
}

/** At most `most` of some values, evenly spread over their order of size, the smallest and the largest among them. */
function thinOut(values: readonly number[], most: number): readonly number[] {
  if (values.length <= most) return values;
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from(
    { length: most },
    (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (most - 1))] ?? 0,
  );
}
