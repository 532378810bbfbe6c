import * as v from "valibot";
import { fields, threshold } from "./values.ts";

/** When the alarms of forwarding go off: those about destinations, for all of them together. */
export const ForwardSchema = fields({
  /** Number of destinations that are paused, by themselves or by somebody. @defaultValue 0 */
  maxPaused: v.exactOptional(threshold()),
  /** Percentage of the attempts within 15 minutes that failed. @defaultValue 20 */
  maxFailedPercent: v.exactOptional(threshold(100)),
  /** Number of attempts within 15 minutes below which their percentage means nothing. @defaultValue 10 */
  minAttempts: v.exactOptional(threshold()),
  /** Hours since the oldest event was published whose attempt failed. @defaultValue 6 */
  maxUndeliveredHours: v.exactOptional(threshold()),
});
