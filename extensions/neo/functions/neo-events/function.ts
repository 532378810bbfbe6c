import type { EventType } from "@rainhooks/core/catalog";
import { defineFunction } from "@rainhooks/webhook/define-function";

const topic = <const E extends EventType>(event: E, env: string) =>
  ({ kind: "topic", env, event, actions: ["sns:Publish"] }) as const;

/**
 * Reads shadows and readings of RainMaker Neo, and publishes the events in them. Only a stage with
 * Neo as its source has it.
 */
export const neoEvents = defineFunction({
  trigger: "queue",
  name: "neo-events",
  description: "Publishes what nodes of RainMaker Neo report, as events.",
  optional: true,
  resources: {
    params: topic("rmaker.event.node_params_changed", "PARAMS_TOPIC_ARN"),
    config: topic("rmaker.event.node_config_changed", "CONFIG_TOPIC_ARN"),
    tags: topic("rmaker.event.existing_tags_attached", "TAGS_TOPIC_ARN"),
    readings: topic("rmaker.event.node_ts_data", "READINGS_TOPIC_ARN"),
  },
  // It mostly waits for SNS.
  function: { memoryMiB: 512 },
  batch: { windowS: 1 },
});
