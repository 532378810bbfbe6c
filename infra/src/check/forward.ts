import type { FunctionDefinition } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { isDeployed } from "../function/deployed.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";

/** Returns what is wrong with the thresholds of the alarms about destinations. */
export function forwardMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  if (config.forward === undefined) return [];
  const deployed = functions.filter((one) => isDeployed(config, one));
  return [
    !deployed.some(makesAttempts) && "forward has no effect: no function that makes attempts is deployed",
  ];
}
