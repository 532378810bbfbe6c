/**
 * Names of the environment variables of every function, besides those of its resources and
 * settings.
 */
export const VARIABLES = {
  stage: "RAINHOOKS_STAGE",
  /** Name of this deployment's integration in RainMaker's filters. */
  integration: "RAINHOOKS_INTEGRATION",
  deadLetterQueueUrl: "DEAD_LETTER_QUEUE_URL",
  /** URL of the function's own queue. */
  queueUrl: "QUEUE_URL",
  /** URL of the queue of replays; only set for a webhook that accepts them */
  replayQueueUrl: "REPLAY_QUEUE_URL",
  retryFirstWaitS: "RETRY_FIRST_WAIT_S",
  retryMaxWaitS: "RETRY_MAX_WAIT_S",
  filterRulesTable: "FILTER_RULES_TABLE",
  /** Optional: the table of the rounds, of a webhook in a stage that has some. */
  roundsTable: "ROUNDS_TABLE",
  /**
   * Optional: debug, info (default), warn or error. At debug level every filter decision is logged.
   */
  logLevel: "LOG_LEVEL",
} as const;
