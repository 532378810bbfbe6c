/*
 * A verification of node status in a process of its own. The arguments are the endpoint of the archive, and the numbers of nodes and
 * deliveries. The table is scanned from this process, which makes its rows as they are asked for; the last one is of another firmware if a
 * third argument says so.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { hourOf } from "@rainhooks/archive";
import { shortType } from "@rainhooks/core";
import { memoryHistories } from "@rainhooks/filter";
import { encodeNode, nodeStatusFacts, project } from "@rainhooks/node-status";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { outcomeOf, verifyStore } from "@rainhooks/operate";
import { localClients } from "@rainhooks/stage";
import { deliveryAt, eventsOf, START_MS, topicOf } from "../verify/history.ts";
import { serveParent } from "./parent.ts";
import { usage } from "./usage.ts";

const [endpoint = "", nodeCount = "", deliveryCount = ""] = process.argv.slice(2);
const [nodes, deliveries] = [Number(nodeCount), Number(deliveryCount)];
const ROWS_PER_PAGE = 1000;
const SEEN_MS = 3_600_000;
const endMs = deliveryAt(deliveries - 1, nodes).sentAtMs + 1;

interface Scan {
  readonly TableName: string;
  readonly Segment: number;
  readonly TotalSegments: number;
  readonly ExclusiveStartKey?: { readonly next: { readonly N: string } };
}

/** Scans the rows that a stage would have. */
function tables(isChanged: boolean): DynamoDBClient {
  const send = async ({ input }: { readonly input: Scan }) => {
    if (input.TableName !== nodeStatusTable.name) return { Items: [] };
    const start = Number(input.ExclusiveStartKey?.next.N ?? input.Segment);
    const step = input.TotalSegments;
    const own = Array.from({ length: ROWS_PER_PAGE }, (_, row) => start + row * step).filter(
      (node) => node < nodes,
    );
    const Items = own.map((node) => rowOf(node, isChanged && node === nodes - 1));
    const next = start + ROWS_PER_PAGE * step;
    return { Items, ...(next < nodes ? { LastEvaluatedKey: { next: { N: String(next) } } } : {}) };
  };
  return Object.assign(Object.create(new DynamoDBClient({ region: "us-east-1" })), { send });
}

function rowOf(node: number, isChanged: boolean) {
  const events = eventsOf(node, nodes, deliveries);
  const facts = project(isChanged ? events.slice(1) : events, SEEN_MS);
  return encodeNode(
    facts,
    events[0] !== undefined && "nodeId" in events[0].data ? String(events[0].data.nodeId) : "",
  );
}

async function verify(isChanged: boolean) {
  const { s3 } = localClients(endpoint);
  const topics = Object.fromEntries(
    NODE_STATUS_EVENTS.map((type) => [shortType(type), `arn:aws:sns:::${topicOf(type)}`]),
  );
  const report = await verifyStore(
    { toMs: endMs },
    {
      model: nodeStatusFacts({ timelineDays: 3650, seenIntervalMs: SEEN_MS }),
      webhook: { events: NODE_STATUS_EVENTS, filtered: true, subscribed: { topics } },
      tables: { client: tables(isChanged), nameOf: (table) => table },
      archive: { client: s3, bucket: "archive" },
      hoursWhenArchived: async () => ({ first: hourOf(START_MS), last: hourOf(endMs), late: [] }),
      rules: memoryHistories([]),
      known: { isKnown: () => true },
      integration: "bench",
      nowMs: () => endMs,
    },
  );
  const { nodes: compared, differentNodes, facts, deliveries: read } = report;
  return { outcome: outcomeOf(report, false), compared, differentNodes, facts, read: read.read };
}

serveParent({}, async (content) => {
  const startedMs = performance.now();
  const result = await verify(content === "changed");
  return { ...result, ms: performance.now() - startedMs, peakMiB: usage().peakMiB };
});
