import type { Trigger } from "@rainhooks/webhook/define";
import type { DeployedFunction } from "../deployed.ts";
import type { ResourcePlaces } from "../grants.ts";
import { failingAlarms } from "./failing-alarms.ts";
import { queueAlarms } from "./queue-alarms.ts";
import { queueGraphs } from "./queue-graphs.ts";
import { rate } from "./rate.ts";
import { topics } from "./topics.ts";
import type { BeforeAttached, FunctionInStage, TriggerKind } from "./trigger-kind.ts";
import { url } from "./url.ts";

/** What a stage makes of functions, by their triggers. */
const TRIGGERS: { readonly [T in Trigger]: TriggerKind<T> } = {
  topics,
  // Every function with a queue of its own reads it.
  queue: {
    attach: () => ({}),
    alarms: (made, definition) => [
      ...queueAlarms(made.config, definition, made),
      ...failingAlarms(definition, made.function),
    ],
    graphs: (made, definition) => queueGraphs(made.config.name, definition, made),
  },
  rate,
  // The program says what fails, and what the function does.
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
    grants: (places: ResourcePlaces) => kind.grants?.(definition, places) ?? [],
    attach: (made: FunctionInStage, before: BeforeAttached) => kind.attach(made, definition, before),
    alarms: (made: FunctionInStage) => kind.alarms(made, definition),
    graphs: (made: FunctionInStage) => kind.graphs(made, definition),
  };
}
