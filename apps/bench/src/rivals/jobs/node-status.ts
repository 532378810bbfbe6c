import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { deployedName } from "@rainhooks/webhook/define";
import type { Change, Expected } from "../../connections.ts";
import { startFunction, startShipped } from "../../processes/function.ts";
import { BENCH_STAGE } from "../../processes/services.ts";
import type { Contender } from "../compare.ts";
import { idempotencyTableOf, rivalIndexedTable, rivalTable, rivalTimelineTable } from "../tables.ts";
import type { RivalBundles } from "./bundle-rival.ts";
import { END_MS } from "./messages.ts";

/** Converts an item to the last change of its node; `undefined` if the item is not the one with a node's status. */
type ToChange = (item: Readonly<Record<string, unknown>>) => Change | undefined;

/** Reads the rows of node-status by their attributes, not with the code that wrote them. */
const changeOfOurRow: ToChange = (item) => {
  if (item["item"] !== "status") return undefined;
  const shard = item["statusShard"];
  const state = typeof shard === "string" ? shard.slice(0, shard.indexOf("#")) : "online";
  if (state !== "online" && state !== "offline") return undefined;
  const clock = item[state === "online" ? "connected" : "disconnected"] as
    | { readonly latest?: { readonly atMs?: unknown } }
    | undefined;
  return { nodeId: String(item["nodeId"]), state, atMs: Number(clock?.latest?.atMs) };
};

/** Our function of node-status. */
export const ourNodeStatus: Contender<Expected> = {
  name: "node-status",
  ownTables: [],
  answers: "stored",
  start: (endpoint) => startShipped(nodeStatus, endpoint, { nowMs: END_MS }),
  countWrong: countWrongWith(deployedName(BENCH_STAGE, nodeStatusTable.name), changeOfOurRow),
};

/** The rivals of node-status: one that keeps the row only, and one that also has an index and a timeline. */
export function nodeStatusRivals(bundles: RivalBundles): readonly Contender<Expected>[] {
  return [
    rival("Powertools, row only", bundles, false),
    rival("Powertools, index and timeline", bundles, true),
  ];
}

function rival(name: string, bundles: RivalBundles, complete: boolean): Contender<Expected> {
  const table = complete ? rivalIndexedTable : rivalTable;
  const idempotencyTable = idempotencyTableOf(table);
  return {
    name,
    ownTables: [table, idempotencyTable, ...(complete ? [rivalTimelineTable] : [])],
    answers: "stored",
    countWrong: countWrongWith(table.name, changeOfRival),
    start: (endpoint) =>
      startFunction({
        nowMs: END_MS,
        bundle: bundles.path("powertools-node-status"),
        endpoint,
        memoryMiB: nodeStatus.function.memoryMiB,
        variables: {
          NODES_TABLE: table.name,
          IDEMPOTENCY_TABLE: idempotencyTable.name,
          ...(complete ? { TIMELINE_TABLE: rivalTimelineTable.name } : {}),
        },
      }),
  };
}

function changeOfRival({ nodeId, state, sinceMs }: Readonly<Record<string, unknown>>): Change | undefined {
  if (state !== "online" && state !== "offline") return undefined;
  return { nodeId: String(nodeId), state, atMs: Number(sinceMs) };
}

/** The tables also have the nodes of other workloads. */
function countWrongWith(tableName: string, toChange: ToChange): Contender<Expected>["countWrong"] {
  return ({ clients }, { expected }) => {
    const ofWorkload: ToChange = (item) => {
      const found = toChange(item);
      return found !== undefined && expected.has(found.nodeId) ? found : undefined;
    };
    return countWrongRows(clients.dynamodb, tableName, ofWorkload, expected);
  };
}

/** Counts the rows that differ from what is expected: wrong, missing or unexpected ones. Reads the whole table. */
async function countWrongRows(
  client: DynamoDBClient,
  TableName: string,
  toChange: ToChange,
  expected: Expected,
): Promise<number> {
  let [right, wrong] = [0, 0];
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true })) {
    for (const item of Items) {
      const found = toChange(unmarshall(item));
      if (found === undefined) continue;
      const { state, atMs } = expected.get(found.nodeId) ?? {};
      if (found.state === state && found.atMs === atMs) right += 1;
      else wrong += 1;
    }
  }
  return wrong + Math.max(0, expected.size - right - wrong);
}
