import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { deployedName } from "@rainhooks/webhook/define";
import type { Change, Expected } from "../../connections.ts";
import { changeOfOurRow, countWrongRows, type ToChange } from "../../node-rows.ts";
import { startFunction, startShipped } from "../../processes/function.ts";
import { BENCH_STAGE } from "../../processes/services.ts";
import type { Contender } from "../compare.ts";
import { idempotencyTableOf, rivalIndexedTable, rivalTable, rivalTimelineTable } from "../tables.ts";
import type { RivalBundles } from "./bundle-rival.ts";
import { END_MS } from "./messages.ts";

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
