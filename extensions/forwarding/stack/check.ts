import { messageOf } from "@rainhooks/core/errors";
import type { StackConfig } from "@rainhooks/stack/config/config";
import type { StageMistake } from "@rainhooks/stack/stack-part";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { parseTargets } from "../targets/target.ts";
import { makesAttempts } from "./alarms.ts";
import type { ForwardingFields } from "./fields.ts";

/** Returns what is wrong with targets, and when the alarms about destinations go off. */
export function forwardingMistakes(
  config: StackConfig & ForwardingFields,
  { deployed }: { readonly deployed: readonly FunctionDefinition[] },
): StageMistake[] {
  const idle = !deployed.some(makesAttempts);
  return [
    targetMistake(config),
    config.forward !== undefined &&
      idle &&
      "forward has no effect: no function that makes attempts is deployed",
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
