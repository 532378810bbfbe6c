import { LIVE_TABLE_READS } from "@rainhooks/extensions/live-tables";
import { STORE_RESOURCES } from "@rainhooks/extensions/stores";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusWrites } from "@rainhooks/node-status/table-use";
import { defineWebhook } from "@rainhooks/webhook/define";

/**
 * Keeps the status of each node (online or offline, since when, what happened last), and a timeline
 * of connects, disconnects and alerts.
 */
export const nodeStatus = defineWebhook({
  name: "node-status",
  part: "node-status",
  description: "Which nodes are online, since when, and what happened to them last.",
  events: NODE_STATUS_EVENTS,
  resources: { ...LIVE_TABLE_READS, ...nodeStatusWrites, ...STORE_RESOURCES },
  replay: "accept",
  tried: true,
  // Measured (docs/benchmarks.md, "Memory"), and units by tools/bench/src/units/count.test.ts. An
  // event that only shows that a node is alive is written once an hour.
  load: {
    batchMs: 10,
    recordMs: 1.6,
    // Each written event needs half a read unit.
    readUnits: {
      "rmaker.event.node_connected": 0.5,
      "rmaker.event.node_disconnected": 0.5,
      "rmaker.event.alert": 0.5,
      "rmaker.event.node_config_changed": 0.5,
      "rmaker.event.node_params_changed": 0.5 / 6,
      "rmaker.event.node_ts_data": 0.5 / 6,
    },
    // A row of 700 bytes and its entry in an index. 25 transitions move to the timeline in one
    // item, with 5 bytes each; an alert is an item.
    kept: {
      nodeBytes: 1000,
      eventBytes: {
        "rmaker.event.node_connected": 5 + 200 / 25,
        "rmaker.event.node_disconnected": 5 + 200 / 25,
        "rmaker.event.alert": 200,
      },
      days: 90,
    },
    writeUnits: {
      "node-status": {
        "rmaker.event.node_connected": 1,
        "rmaker.event.node_disconnected": 1,
        "rmaker.event.alert": 1,
        "rmaker.event.node_config_changed": 1,
        "rmaker.event.node_params_changed": 1 / 6,
        "rmaker.event.node_ts_data": 1 / 6,
      },
      "node-status/by-status": {
        "rmaker.event.node_connected": 1,
        "rmaker.event.node_disconnected": 1,
      },
      "node-timeline": {
        "rmaker.event.alert": 1,
        "rmaker.event.node_connected": 1 / 25,
        "rmaker.event.node_disconnected": 1 / 25,
      },
    },
  },
  settings: {
    timelineDays: {
      description: "Days until a connect, disconnect or alert leaves a node's timeline.",
      env: "NODE_TIMELINE_DAYS",
      default: 90,
      min: 1,
      max: 3650,
    },
    seenIntervalS: {
      description:
        "Seconds within which an event that only shows that a node is alive is written once.",
      env: "NODE_SEEN_INTERVAL_S",
      default: 3600,
      min: 0,
      max: 604_800,
    },
  },
});
