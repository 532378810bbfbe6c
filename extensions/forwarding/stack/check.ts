import { messageOf } from "@rainhooks/core/errors";
import { mistakeText } from "@rainhooks/core/mistake";
import type { StackConfig } from "@rainhooks/stack/config/config";
import type { StageMistake } from "@rainhooks/stack/stack-part";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { parseTargets, targetNameOf } from "../targets/target.ts";
import { makesAttempts } from "./alarms.ts";
import { declaredOf } from "./declared-of.ts";
import type { ForwardingFields } from "./fields.ts";

/** Returns what is wrong with targets, destinations, and when their alarms go off. */
export function forwardingMistakes(
  config: StackConfig & ForwardingFields,
  { deployed }: { readonly deployed: readonly FunctionDefinition[] },
): StageMistake[] {
  const idle = !deployed.some(makesAttempts);
  const noEffect = (field: string) =>
    idle && `${field} has no effect: no function that makes attempts is deployed`;
  return [
    targetMistake(config),
    config.forward !== undefined && noEffect("forward"),
    ...(config.destinations === undefined ? [] : [noEffect("destinations"), ...destinationMistakes(config)]),
  ];
}

function targetMistake({ targets = {} }: ForwardingFields): StageMistake {
  try {
    parseTargets(JSON.stringify(targets));
    return false;
  } catch (error) {
    return `targets: ${messageOf(error).replace(/\.$/, "")}`;
  }
}

function destinationMistakes(config: StackConfig & ForwardingFields): StageMistake[] {
  const { items, mistakes } = declaredOf(config);
  const targets = Object.keys(config.targets ?? {});
  const unknown = items.flatMap(({ id, url }) => {
    const target = targetNameOf(url?.S ?? "");
    return target === undefined || targets.includes(target)
      ? []
      : [`destinations.${id?.S}.target: there is no target ${target} in targets`];
  });
  return [...mistakes.map((mistake) => mistakeText(mistake).replace(/\.$/, "")), ...unknown];
}
