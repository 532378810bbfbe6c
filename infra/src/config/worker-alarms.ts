/** The values that must be exceeded for an alarm of a worker to go off. */
export interface WorkerAlarms {
  /** Messages in the dead-letter queue. @defaultValue 0 */
  readonly maxDeadLetters?: number;
  /** Age of the oldest message in the queue. @defaultValue 900, and the delay with which messages are sent to a worker: 1,800 for `retries` */
  readonly maxAgeS?: number;
  /** Failed invocations within 5 minutes, twice in a row. @defaultValue 0 */
  readonly maxErrors?: number;
  /** Throttled invocations within 5 minutes, three times in a row. @defaultValue 0 */
  readonly maxThrottles?: number;
}
