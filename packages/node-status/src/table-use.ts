import type { TableUse } from "@rainhooks/dynamodb/slots/slots-table";
import {
  byIdIndex,
  byStatusIndex,
  fleetSamplesTable,
  nodeStatusTable,
  nodeTimelineTable,
} from "./node-status-tables.ts";

const ENV = {
  nodeStatus: "NODE_STATUS_TABLE",
  nodeTimeline: "NODE_TIMELINE_TABLE",
  fleetSamples: "FLEET_SAMPLES_TABLE",
} as const;

/** The tables that `nodeStatusSink` writes to, for the definition of a function. */
export const nodeStatusWrites = {
  nodeStatus: {
    kind: "table",
    env: ENV.nodeStatus,
    table: nodeStatusTable,
    actions: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem"],
  },
  nodeTimeline: {
    kind: "table",
    env: ENV.nodeTimeline,
    table: nodeTimelineTable,
    actions: ["dynamodb:BatchWriteItem"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The table that `readTags` reads. */
export const nodeTagReads = {
  nodeStatus: {
    kind: "table",
    env: ENV.nodeStatus,
    table: nodeStatusTable,
    actions: ["dynamodb:Query"],
    indexes: [],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The tables that the functions for reading nodes, timelines and samples read. */
export const nodeStatusReads = {
  nodeStatus: {
    kind: "table",
    env: ENV.nodeStatus,
    table: nodeStatusTable,
    actions: ["dynamodb:GetItem", "dynamodb:Query"],
    indexes: [byStatusIndex.name, byIdIndex.name],
  },
  nodeTimeline: {
    kind: "table",
    env: ENV.nodeTimeline,
    table: nodeTimelineTable,
    actions: ["dynamodb:Query"],
  },
  fleetSamples: {
    kind: "table",
    env: ENV.fleetSamples,
    table: fleetSamplesTable,
    actions: ["dynamodb:Query"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;

/** The tables that `takeSample` reads and writes. */
export const fleetSampleWrites = {
  nodeStatus: {
    kind: "table",
    env: ENV.nodeStatus,
    table: nodeStatusTable,
    actions: ["dynamodb:Query"],
    indexes: [byStatusIndex.name, byIdIndex.name],
  },
  fleetSamples: {
    kind: "table",
    env: ENV.fleetSamples,
    table: fleetSamplesTable,
    actions: ["dynamodb:PutItem", "dynamodb:Query"],
  },
} as const satisfies Readonly<Record<string, TableUse>>;
