import { tableUse } from "@rainhooks/dynamodb/table-use";
import { fleetSamplesTable, nodeStatusTable, nodeTimelineTable } from "./node-status-tables.ts";

/** The tables that `nodeStatusSink` writes to, for the definition of a function. */
export const nodeStatusWrites = {
  nodeStatus: tableUse(nodeStatusTable, [
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:PutItem",
  ]),
  nodeTimeline: tableUse(nodeTimelineTable, ["dynamodb:BatchWriteItem"]),
};

/** The tables that the functions for reading nodes, timelines and samples read. */
export const nodeStatusReads = {
  nodeStatus: tableUse(nodeStatusTable, ["dynamodb:GetItem", "dynamodb:Query"]),
  nodeTimeline: tableUse(nodeTimelineTable, ["dynamodb:Query"]),
  fleetSamples: tableUse(fleetSamplesTable, ["dynamodb:Query"]),
};
