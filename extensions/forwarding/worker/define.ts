/** Name of the secrets of destinations within a stage. */
export const DESTINATION_SECRETS = "destinations";

/**
 * What attempts cost: measured (docs/benchmarks.md, "Memory") as 35 ms for 50, on a whole
 * processor. An attempt waits for its receiver: here 100 ms, for ten of them at once.
 */
export const attemptLoad = { batchMs: 10, recordMs: 1.2, recordWaitMs: 10 } as const;

/** The settings of the workers that make attempts. */
export const attemptWorkerSettings = {
  allowPrivate: {
    kind: "list",
    description:
      'Subnets that are not public and may be called, such as "10.1.0.0/16"; "all" for all of them.',
    env: "FORWARD_ALLOW_PRIVATE",
    default: [],
  },
  maxWaiting: {
    description: "A destination for which more events wait is paused.",
    env: "FORWARD_MAX_WAITING",
    default: 1000,
    min: 10,
    max: 100_000,
  },
  maxFailures: {
    description: "Failed attempts in a row after which a destination is paused.",
    env: "FORWARD_MAX_FAILURES",
    default: 50,
    min: 2,
    max: 10_000,
  },
  minFailing: {
    kind: "duration",
    description: "Time since the first of them before it is paused.",
    env: "FORWARD_MIN_FAILING",
    default: "15m",
    max: "7d",
  },
  slowAfter: {
    kind: "duration",
    description:
      "A destination whose response takes longer is slow: its events are sent beside those of others.",
    env: "FORWARD_SLOW_AFTER",
    default: "2s",
    min: "1s",
    max: "15s",
  },
  attemptDays: {
    description: "Days until an attempt leaves the log of attempts.",
    env: "FORWARD_ATTEMPT_DAYS",
    default: 30,
    min: 1,
    max: 3650,
  },
} as const;

/**
 * Returns which addresses a stage may call that are not public, from the setting `allowPrivate`.
 */
export function allowedAddresses(subnets: readonly string[]): boolean | readonly string[] {
  return subnets.includes("all") || (subnets.length > 0 && subnets);
}

/** Names of the metrics of forwarding; their dimension is the stage. */
export const ATTEMPT_METRICS = {
  delivered: "AttemptsDelivered",
  failed: "AttemptsFailed",
  oldestFailed: "OldestUndelivered",
} as const;
