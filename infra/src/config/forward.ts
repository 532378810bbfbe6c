/** When the alarms of forwarding go off: those about destinations, for all of them together. */
export interface ForwardConfig {
  /** Number of destinations that are paused, by themselves or by somebody. @defaultValue 0 */
  readonly maxPaused?: number;
  /** Percentage of the attempts within 15 minutes that failed. @defaultValue 20 */
  readonly maxFailedPercent?: number;
  /** Number of attempts within 15 minutes below which their percentage means nothing. @defaultValue 10 */
  readonly minAttempts?: number;
  /** Hours since the oldest event was published whose attempt failed. @defaultValue 6 */
  readonly maxUndeliveredHours?: number;
}
