import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import type { StageConfig } from "../config.ts";
import { isDeployed, sends } from "../deployed.ts";

/** Returns what is wrong with the functions that connect from a network. */
export function egressMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  const { egress } = config;
  if (egress === undefined) return [];
  const deployed = functions.filter((one) => isDeployed(config, one));
  const names = deployed.map(({ name }) => name);
  const unknown = (egress.functions ?? []).filter((name) => !names.includes(name));
  return [
    ...unknown.map(
      (name) => `egress.functions: no function ${name} is deployed (deployed: ${names.join(", ")})`,
    ),
    !deployed.some(sends) &&
      (egress.functions ?? []).length === 0 &&
      "egress has no effect: no function that makes attempts is deployed, and egress.functions names none",
  ];
}
