import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { nodesOf, type RainmakerEvent, type RetryPolicy } from "@rainhooks/core";
import { type Fold, foldSink, type Sink } from "@rainhooks/sinks";
import { decodeNode, encodeNode } from "./item.ts";
import { project } from "./project.ts";
import { equalClocks, joinClocks, type NodeClocks } from "./status.ts";
import { nodeStatusTable } from "./table.ts";

const fold: Fold<RainmakerEvent, NodeClocks> = {
  keysOf: (event) => nodesOf(event).map((nodeId) => ({ nodeId: { S: nodeId } })),
  stateOf: project,
  join: joinClocks,
  equal: equalClocks,
  encode: (clocks, key) => encodeNode(clocks, key["nodeId"]?.S ?? ""),
  decode: decodeNode,
};

/** Projects events onto the node-status table: per batch and node one conditional write, or none if nothing is new. */
export function nodeStatusSink(options: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retry?: RetryPolicy;
}): Sink<RainmakerEvent> {
  return foldSink({ ...options, table: nodeStatusTable, fold });
}
