import {
  OUTAGES_LEFT_OUT,
  SWEEP_BEHIND,
} from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { ATTEMPT_METRICS } from "@rainhooks/extensions/forwarding/worker/define";
import { SUBSCRIPTIONS_GONE } from "@rainhooks/extensions/samples/functions/fleet-samples/scheduled";

/** The metrics of extensions. */
export const OWN_METRICS = {
  ...ATTEMPT_METRICS,
  OUTAGES_LEFT_OUT,
  SWEEP_BEHIND,
  SUBSCRIPTIONS_GONE,
};
