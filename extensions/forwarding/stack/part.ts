import { messageOf } from "@rainhooks/core/errors";
import type { StackConfig } from "@rainhooks/stack/config/config";
import type { StackPart, StageMistake } from "@rainhooks/stack/stack-part";
import { type Graph, RIGHT } from "@rainhooks/stack/watching/alarm";
import type { FunctionDefinition } from "@rainhooks/webhook/define-function";
import { TARGET_KINDS } from "../targets/kinds.ts";
import { parseTargets, readTarget } from "../targets/target.ts";
import { ATTEMPT_METRICS } from "../worker/define.ts";
import { forwardAlarms, makesAttempts } from "./alarms.ts";
import { forwardingCosts } from "./costs.ts";
import type { ForwardingFields } from "./fields.ts";
import { attemptStatements, destinationStatements } from "./policies.ts";

/** Destinations of events: their alarms, their targets, and who may change them. */
export const forwardingPart: StackPart<ForwardingFields> = {
  name: "forwarding",
  mistakes: forwardingMistakes,
  sends: makesAttempts,
  targets: ({ targets = {} }) => ({
    arns: targets,
    // Each may be sent to, and nothing else.
    statements: Object.values(targets)
      .map(readTarget)
      .map(({ kind, arn }) => ({ actions: [TARGET_KINDS[kind].action], resources: [arn] })),
  }),
  alarms: (config, deployed) => (deployed.some(makesAttempts) ? forwardAlarms(config) : []),
  graphs: ({ name }, deployed) => (deployed.some(makesAttempts) ? [attemptsGraph(name)] : []),
  costs: forwardingCosts,
  tasks: [
    {
      name: "destinations",
      isRecorded: true,
      changes: {
        items: ["destinations"],
        messages: ["attempts"],
        parameters: ["/rainhooks-secrets/<stage>/destinations/*"],
      },
      statements: destinationStatements,
    },
    { name: "attempts", statements: attemptStatements },
  ],
};

function attemptsGraph(stage: string): Graph {
  const metricOf = (metric: string, options: object = {}) => [
    "Rainhooks",
    metric,
    "Stage",
    stage,
    options,
  ];
  const { delivered, failed, oldestFailed } = ATTEMPT_METRICS;
  const peak = { ...RIGHT, stat: "Maximum" };
  return {
    title: "destinations: attempts, oldest event that failed",
    left: "attempts",
    right: "seconds",
    stat: "Sum",
    metrics: [
      metricOf(delivered, { label: "delivered" }),
      metricOf(failed, { label: "failed" }),
      metricOf(oldestFailed, { ...peak, label: "oldest that failed (s)" }),
    ],
  };
}

/** Returns what is wrong with targets, and when the alarms about destinations go off. */
function forwardingMistakes(
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
