import type { FunctionDefinition } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { isDeployed } from "../function/deployed.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";

/** Returns what is wrong with the thresholds of the alarms about destinations. */
export function forwardMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  const { forward } = config;
  if (forward === undefined) return [];
  const { maxFailedPercent = 0 } = forward;
  const deployed = functions.filter((one) => isDeployed(config, one));
  return [
    !deployed.some(makesAttempts) && "forward has no effect: no function that makes attempts is deployed",
    ...Object.entries(forward).map(
      ([key, value]) => !(value >= 0) && `forward.${key} must be a number that is not negative`,
    ),
    maxFailedPercent > 100 && "forward.maxFailedPercent must be up to 100",
  ];
}
