import { filterRulesReads } from "@rainhooks/filter/table-use";
import { failingAlarms } from "./failing-alarms.ts";
import { queueAlarms } from "./queue-alarms.ts";
import { queueGraphs } from "./queue-graphs.ts";
import { makeConsumerPolicy, subscribe } from "./subscriptions.ts";
import { droppedAlarms, oneNodeAlarms, silenceAlarms } from "./topics-alarms.ts";
import type { TriggerKind } from "./trigger-kind.ts";

/** SNS topics, whose messages come through a queue, directly, or not at all to a function: then SNS writes them to a stream. */
export const topics: TriggerKind<"topics"> = {
  hasFunction: ({ delivery, runtime }) => delivery !== "firehose" && runtime === "node",
  grants: ({ filtered, runtime }, places) => {
    const { actions, table } = filterRulesReads;
    return filtered && runtime === "node" ? [{ actions, resources: [places.resourceArn(table.name)] }] : [];
  },
  attach: (made, definition, { lambda, places, grants }) => {
    const { delivery, runtime, name } = definition;
    if (delivery !== "firehose" && runtime === "external")
      makeConsumerPolicy(made, made.config, name, grants);
    return subscribe(made, definition, places, lambda);
  },
  alarms: (made, definition) => {
    const { config, function: lambda, queues } = made;
    const isDirect = queues?.queue === undefined && lambda !== undefined;
    return [
      ...queueAlarms(config, definition, made),
      ...failingAlarms(definition, lambda),
      ...(isDirect ? droppedAlarms(definition.name, lambda) : []),
      ...silenceAlarms(config, definition, made),
      ...oneNodeAlarms(config, definition, lambda),
    ];
  },
  graphs: (made, definition) => queueGraphs(made.config.name, definition, made),
};
