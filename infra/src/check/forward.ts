import type { StageConfig } from "../config/config.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";
import type { KnownWorker } from "./workers.ts";

/** Returns what is wrong with the thresholds of the alarms about destinations. */
export function forwardMistakes(
  { forward, workers = {} }: StageConfig,
  known: readonly KnownWorker[],
): (string | false)[] {
  if (forward === undefined) return [];
  const { maxFailedPercent = 0 } = forward;
  const deployed = known.filter(({ name }) => workers[name]?.deployed !== false);
  return [
    !deployed.some(makesAttempts) && "forward has no effect: no worker that makes attempts is deployed",
    ...Object.entries(forward).map(
      ([key, value]) => !(value >= 0) && `forward.${key} must be a number that is not negative`,
    ),
    maxFailedPercent > 100 && "forward.maxFailedPercent must be up to 100",
  ];
}
