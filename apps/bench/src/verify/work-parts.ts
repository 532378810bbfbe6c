import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { shortType } from "@rainhooks/core";
import { memoryHistories } from "@rainhooks/filter";
import { encodeNode, nodeStatusFacts, project } from "@rainhooks/node-status";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import type { WorkParts } from "@rainhooks/operate";
import { localClients } from "@rainhooks/stage";
import { eventsOf, topicOf } from "./history.ts";

const ROWS_PER_PAGE = 1000;
const SEEN_MS = 3_600_000;

/** A history, and the rows that a stage would have after it. */
export interface VerifyHistory {
  /** Endpoint of the archive. */
  readonly endpoint: string;
  readonly nodes: number;
  readonly deliveries: number;
  /** Makes the last row of another firmware. */
  readonly isChanged: boolean;
}

/** Returns what the verification of a history needs. The table is scanned from this thread, which makes its rows as they are asked for. */
export function workPartsOf(history: VerifyHistory): WorkParts {
  const topics = Object.fromEntries(
    NODE_STATUS_EVENTS.map((type) => [shortType(type), `arn:aws:sns:::${topicOf(type)}`]),
  );
  return {
    model: nodeStatusFacts({ timelineDays: 3650, seenIntervalMs: SEEN_MS }),
    webhook: { events: NODE_STATUS_EVENTS, filtered: true, subscribed: { topics } },
    tables: { client: tables(history), nameOf: (table) => table },
    archive: { client: localClients(history.endpoint).s3, bucket: "archive" },
    rules: memoryHistories([]),
    known: { isKnown: () => true },
    integration: "bench",
  };
}

interface Scan {
  readonly TableName: string;
  readonly Segment: number;
  readonly TotalSegments: number;
  readonly ExclusiveStartKey?: { readonly next: { readonly N: string } };
}

/** Scans the rows that a stage would have. */
function tables({ nodes, deliveries, isChanged }: VerifyHistory): DynamoDBClient {
  const send = async ({ input }: { readonly input: Scan }) => {
    if (input.TableName !== nodeStatusTable.name) return { Items: [] };
    const start = Number(input.ExclusiveStartKey?.next.N ?? input.Segment);
    const step = input.TotalSegments;
    const own = Array.from({ length: ROWS_PER_PAGE }, (_, row) => start + row * step).filter(
      (node) => node < nodes,
    );
    const Items = own.map((node) => rowOf(node, nodes, deliveries, isChanged && node === nodes - 1));
    const next = start + ROWS_PER_PAGE * step;
    return { Items, ...(next < nodes ? { LastEvaluatedKey: { next: { N: String(next) } } } : {}) };
  };
  return Object.assign(Object.create(new DynamoDBClient({ region: "us-east-1" })), { send });
}

function rowOf(node: number, nodes: number, deliveries: number, isChanged: boolean) {
  const events = eventsOf(node, nodes, deliveries);
  const facts = project(isChanged ? events.slice(1) : events, SEEN_MS);
  return encodeNode(
    facts,
    events[0] !== undefined && "nodeId" in events[0].data ? String(events[0].data.nodeId) : "",
  );
}
