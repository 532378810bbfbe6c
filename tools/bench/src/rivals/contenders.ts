import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { archive } from "@rainhooks/app-archive/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { mapLimited } from "@rainhooks/core/collections";
import { isJsonObject } from "@rainhooks/core/json";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { nodeStatusTable } from "@rainhooks/node-status/node-status-tables";
import { readPoints } from "@rainhooks/time-series/read-points";
import { timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import type { Webhook } from "@rainhooks/webhook/define-function";
import { deployedName } from "@rainhooks/webhook/names";
import { startFunction, startShipped } from "../processes/function.ts";
import { startMeter } from "../processes/meter.ts";
import { BENCH_STAGE } from "../processes/services.ts";
import type { Contender } from "./compare.ts";
import { END_MS } from "./workloads.ts";

/** A row per node, and an index by state and time, keys only. */
const rivalTable = {
  name: "rival-nodes",
  partitionKey: { name: "nodeId", type: "S" },
  indexes: [
    {
      name: "by-status",
      partitionKey: { name: "status", type: "S" },
      sortKey: { name: "sinceKey", type: "S" },
    },
  ],
} as const satisfies TableDescription;

/** An item for each connect and disconnect. */
const rivalTimelineTable = {
  name: "rival-timeline",
  partitionKey: { name: "nodeId", type: "S" },
  sortKey: { name: "item", type: "S" },
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;

/** An item for each reading. */
const rivalSeriesTable = {
  name: "rival-series",
  partitionKey: { name: "series", type: "S" },
  sortKey: { name: "atMs", type: "N" },
} as const satisfies TableDescription;

/** Of Powertools' idempotency. */
const idempotencyTable = {
  name: "rival-idempotency",
  partitionKey: { name: "id", type: "S" },
  ttlAttribute: "expiration",
} as const satisfies TableDescription;

/** The tables of rivals. */
export const RIVAL_TABLES: readonly TableDescription[] = [
  rivalTable,
  rivalTimelineTable,
  rivalSeriesTable,
  idempotencyTable,
];

/** Returns the path of the bundle of a rival's handler. */
type BundleOf = (handler: string) => string;

const ours = (webhook: Webhook): Pick<Contender, "name" | "start"> => ({
  name: webhook.name,
  start: (endpoint) => startShipped(webhook, endpoint, { nowMs: END_MS }),
});

/** A rival's function has the memory of ours. */
const rivalOf =
  (
    bundle: string,
    webhook: Webhook,
    variables: Readonly<Record<string, string>>,
  ): Contender["start"] =>
  (endpoint) =>
    startFunction({
      nowMs: END_MS,
      bundle,
      endpoint,
      memoryMiB: webhook.function.memoryMiB,
      variables,
    });

/** Our archive, and one that calls Firehose for each record. */
export function archiveContenders(bundleOf: BundleOf): readonly Contender[] {
  const variables = { DELIVERY_STREAM: deployedName(BENCH_STAGE, archive.name) };
  const start = rivalOf(bundleOf("fork-pipeline"), archive, variables);
  return [ours(archive), { name: "fork pipeline", start }].map((contender) => ({
    ...contender,
    resultsOf: async ({ endpoint }, { before, timed }) => {
      const meter = await startMeter(endpoint);
      const bench = await contender.start(meter.endpoint);
      for (const batch of [...before, ...timed]) await bench.invoke(batch);
      await bench.stop();
      await meter.stop();
      const lines = meter.counted.firehoseRecords.flatMap((record) => record.trimEnd().split("\n"));
      return new Map(lines.map(deliveryIn));
    },
  }));
}

/**
 * Returns the id and the body of the message in a line: a delivery of ours, or the envelope of SNS.
 */
function deliveryIn(line: string): [string, string] {
  const parsed: unknown = JSON.parse(line);
  if (!isJsonObject(parsed)) return ["", ""];
  return [String(parsed["id"] ?? parsed["MessageId"]), String(parsed["body"] ?? parsed["Message"])];
}

/** Our node-status, and a rival with the same table, index and timeline. */
export function nodeStatusContenders(bundleOf: BundleOf): readonly Contender[] {
  return [
    {
      ...ours(nodeStatus),
      resultsOf: resultsIn(deployedName(BENCH_STAGE, nodeStatusTable.name), statusIn),
    },
    {
      name: "Powertools",
      start: rivalOf(bundleOf("powertools-node-status"), nodeStatus, {
        NODES_TABLE: rivalTable.name,
        IDEMPOTENCY_TABLE: idempotencyTable.name,
        TIMELINE_TABLE: rivalTimelineTable.name,
      }),
      resultsOf: resultsIn(rivalTable.name, ({ nodeId, state, sinceMs }) => [
        nodeId,
        `${state} ${sinceMs}`,
      ]),
    },
  ];
}

/** Reads a row of node-status by its attributes, not with the code that wrote it. */
function statusIn(item: Readonly<Record<string, unknown>>): [unknown, unknown] {
  const shard = item["statusShard"];
  const state = typeof shard === "string" ? shard.slice(0, shard.indexOf("#")) : "online";
  const clock = item[state === "online" ? "connected" : "disconnected"] as
    | { readonly latest?: { readonly atMs?: unknown } }
    | undefined;
  return [item["item"] === "status" && item["nodeId"], `${state} ${clock?.latest?.atMs}`];
}

const READS_AT_ONCE = 16;

/** Our time-series, and a rival that writes an item for each reading. */
export function timeSeriesContenders(bundleOf: BundleOf): readonly Contender[] {
  const tableName = deployedName(BENCH_STAGE, timeSeriesTable.name);
  return [
    {
      ...ours(timeSeries),
      resultsOf: async ({ clients: { dynamodb: client } }, { expected }) => {
        const all = new Set([...expected.keys()].map((key) => key.slice(0, key.lastIndexOf("#"))));
        const found = await mapLimited([...all], READS_AT_ONCE, async (series) => {
          const [nodeId = "", name = ""] = series.split("#");
          const range = { nodeId, name, fromMs: 0, toMs: END_MS };
          const points = await readPoints({ client, tableName }, range, END_MS);
          return points.map(({ atMs, value }) => [`${series}#${atMs}`, value] as const);
        });
        return new Map(found.flat());
      },
    },
    {
      name: "Powertools",
      start: rivalOf(bundleOf("powertools-time-series"), timeSeries, {
        SERIES_TABLE: rivalSeriesTable.name,
        IDEMPOTENCY_TABLE: idempotencyTable.name,
      }),
      resultsOf: resultsIn(rivalSeriesTable.name, ({ series, atMs, value }) => [
        `${series}#${atMs}`,
        value,
      ]),
    },
  ];
}

/**
 * Reads the results in a table, which also has those of other workloads: only what is expected
 * counts.
 */
function resultsIn(
  TableName: string,
  resultIn: (item: Readonly<Record<string, unknown>>) => [key: unknown, value: unknown],
): Contender["resultsOf"] {
  return async ({ clients }, { expected }) => {
    const found = new Map<string, unknown>();
    for await (const item of itemsOf(clients.dynamodb, TableName)) {
      const [key, value] = resultIn(unmarshall(item));
      if (typeof key === "string" && expected.has(key)) found.set(key, value);
    }
    return found;
  };
}

async function* itemsOf(
  client: DynamoDBClient,
  TableName: string,
): AsyncGenerator<Record<string, AttributeValue>> {
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    yield* Items;
}
