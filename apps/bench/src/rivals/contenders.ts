import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import type { TableDescription } from "@rainhooks/dynamodb";
import { nodeStatusTable } from "@rainhooks/node-status/table";
import { BUNDLE_OPTIONS } from "@rainhooks/tooling/src/bundle-options.mjs";
import { deployedName } from "@rainhooks/webhook/define";
import { build } from "esbuild";
import type { Change } from "../connections.ts";
import { changeOfOurRow, type ToChange } from "../node-rows.ts";
import { type BenchFunction, startFunction, startShipped } from "../processes/function.ts";
import { BENCH_STAGE } from "../processes/services.ts";
import { rivalIdempotencyTable, rivalIndexedTable, rivalTable, rivalTimelineTable } from "./tables.ts";

/** One of the functions that are compared. */
export interface Contender {
  readonly name: string;
  /** The table with the rows, and its name. */
  readonly table: TableDescription;
  readonly tableName: string;
  readonly toChange: ToChange;
  /** Its tables that are not those of a stage. */
  readonly ownTables: readonly TableDescription[];
  start(endpoint: string): Promise<BenchFunction>;
}

const ours: Contender = {
  name: "node-status",
  table: nodeStatusTable,
  tableName: deployedName(BENCH_STAGE, nodeStatusTable.name),
  toChange: changeOfOurRow,
  ownTables: [],
  start: (endpoint) => startShipped(nodeStatus, endpoint),
};

/** Bundles the rivals and returns all functions that are compared; ours is the first. `remove` deletes the bundle. */
export async function makeContenders(): Promise<{
  readonly contenders: readonly Contender[];
  readonly remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(join(tmpdir(), "rival-"));
  await build({
    ...BUNDLE_OPTIONS,
    entryPoints: [fileURLToPath(new URL("powertools-handler.ts", import.meta.url))],
    outdir: folder,
    entryNames: "index",
    splitting: true,
    minify: true,
  });
  const bundle = join(folder, "index.mjs");
  return {
    contenders: [
      ours,
      rival("Powertools, row only", bundle, false),
      rival("Powertools, index and timeline", bundle, true),
    ],
    remove: () => rm(folder, { recursive: true }),
  };
}

function rival(name: string, bundle: string, complete: boolean): Contender {
  const table = complete ? rivalIndexedTable : rivalTable;
  // Each has an idempotency table of its own: otherwise the second would skip every event.
  const idempotencyTable = {
    ...rivalIdempotencyTable,
    name: `${rivalIdempotencyTable.name}-of-${table.name}`,
  };
  return {
    name,
    table,
    tableName: table.name,
    toChange: changeOfRival,
    ownTables: [table, idempotencyTable, ...(complete ? [rivalTimelineTable] : [])],
    start: (endpoint) =>
      startFunction({
        bundle,
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
