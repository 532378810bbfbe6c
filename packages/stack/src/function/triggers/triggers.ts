import { filterRulesReads } from "@rainhooks/filter/table-use";
import type { Trigger } from "@rainhooks/webhook/trigger-fields";
import type { Statement } from "../../policy.ts";
import type { DeployedFunction } from "../deployed.ts";
import type { ResourceLookup } from "../grants.ts";
import { failingAlarms } from "./failing-alarms.ts";
import { queueAlarms } from "./queue-alarms.ts";
import { queueGraphs } from "./queue-graphs.ts";
import { rate } from "./rate.ts";
import { makeConsumerPolicy, subscribe } from "./subscriptions.ts";
import { oneNodeAlarms, silenceAlarms } from "./topics-alarms.ts";
import type { FunctionInStage, TriggerKind } from "./trigger-kind.ts";
import { url } from "./url.ts";

/** SNS topics, whose messages come through a queue. */
const topics: TriggerKind<"topics"> = {
  hasFunction: ({ runtime }) => runtime === "node",
  grants: ({ filtered, runtime }, places) => {
    const { actions, table } = filterRulesReads;
    return filtered && runtime === "node" ? [{ actions, resources: [places.resourceArn(table.name)] }] : [];
  },
  attach: (made, definition, grants) => {
    if (definition.runtime === "external") makeConsumerPolicy(made, made.config, definition.name, grants);
    subscribe(made, definition);
    return {};
  },
  alarms: (made, definition) => [
    ...queueAlarms(made.config, definition, made),
    ...failingAlarms(made, definition),
    ...silenceAlarms(made.config, definition, made),
    ...oneNodeAlarms(made.config, definition, made.function),
  ],
  graphs: (made, definition) => queueGraphs(made.config.name, definition, made),
};

/** What a stage makes of functions, by their triggers. */
const TRIGGERS: { readonly [T in Trigger]: TriggerKind<T> } = {
  topics,
  // Every function with a queue of its own reads it.
  queue: {
    attach: () => ({}),
    alarms: (made, definition) => [
      ...queueAlarms(made.config, definition, made),
      ...failingAlarms(made, definition),
    ],
    graphs: (made, definition) => queueGraphs(made.config.name, definition, made),
  },
  rate,
  // The program that invokes the function reports its failures.
  invocation: { attach: () => ({}), alarms: () => [], graphs: () => [] },
  url,
};

/** What a stage makes of a function. */
export type TriggerOf = ReturnType<typeof triggerOf>;

/** Returns what a stage makes of a function by its trigger. */
export function triggerOf<T extends Trigger>(trigger: T, definition: DeployedFunction<T>) {
  const kind = TRIGGERS[trigger];
  return {
    hasFunction: kind.hasFunction?.(definition) ?? true,
    grants: (places: ResourceLookup) => kind.grants?.(definition, places) ?? [],
    attach: (made: FunctionInStage, grants: readonly Statement[]) => kind.attach(made, definition, grants),
    alarms: (made: FunctionInStage) => kind.alarms(made, definition),
    graphs: (made: FunctionInStage) => kind.graphs(made, definition),
  };
}
