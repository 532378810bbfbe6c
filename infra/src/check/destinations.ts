import { mistakeText } from "@rainhooks/core";
import { targetNameOf } from "@rainhooks/forwarding/targets";
import type { FunctionDefinition } from "@rainhooks/webhook/define";
import type { StageConfig } from "../config/config.ts";
import { declaredOf } from "../destinations/declared-of.ts";
import { isDeployed } from "../function/deployed.ts";
import { makesAttempts } from "../watching/forward-alarms.ts";

/** Returns what is wrong with the destinations that a stage declares. */
export function destinationMistakes(
  config: StageConfig,
  functions: readonly FunctionDefinition[],
): (string | false)[] {
  if (config.destinations === undefined) return [];
  const { items, mistakes } = declaredOf(config);
  const targets = Object.keys(config.targets ?? {});
  const unknown = items.flatMap(({ id, url }) => {
    const target = targetNameOf(url?.S ?? "");
    return target === undefined || targets.includes(target)
      ? []
      : [`destinations.${id?.S}.target: there is no target ${target} in targets`];
  });
  return [
    !functions.some((one) => isDeployed(config, one) && makesAttempts(one)) &&
      "destinations has no effect: no function that makes attempts is deployed",
    ...mistakes.map((mistake) => mistakeText(mistake).replace(/\.$/, "")),
    ...unknown,
  ];
}
