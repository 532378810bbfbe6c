import {
  OUTAGES_LEFT_OUT,
  SWEEP_BEHIND,
} from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { ATTEMPT_METRICS } from "@rainhooks/extensions/forwarding/worker/define";

/** The metrics of extensions. */
export const OWN_METRICS = {
  ...ATTEMPT_METRICS,
  OUTAGES_LEFT_OUT,
  SWEEP_BEHIND,
};
