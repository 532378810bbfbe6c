import { DescribeTableCommand, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { listObjects } from "@rainhooks/archive";
import { rebuildBill } from "@rainhooks/capacity";
import { collect, counted } from "@rainhooks/core";
import { slotTableName } from "@rainhooks/dynamodb";
import { readState, type StoreState } from "@rainhooks/operate";
import type { Store } from "@rainhooks/operate/store-names";
import type { ReachedStage } from "@rainhooks/stage";
import { formatLines, type Line } from "@rainhooks/terminal";
import { billText } from "../bill-text.ts";
import { print, printJson } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { number } from "../replay/plan.ts";
import { StatusLine } from "../replay/progress.ts";
import { reachedArchive } from "../replay/target.ts";
import { type SlotParts, slotParts, waitPartsOf } from "./parts.ts";
import { stateText } from "./state-text.ts";
import { minWaitsMs, type WaitParts, waitsText } from "./waits.ts";

const LABEL_WIDTH = 15;

/** A table of the slot that is live. */
interface LiveTable {
  readonly name: string;
  readonly items: number;
  /** 0 on a local stage. */
  readonly bytes: number;
}

/** What a rebuild would do. */
export interface RebuildPlan {
  readonly state: StoreState;
  /** The archive. */
  readonly objects: number;
  readonly archiveBytes: number;
  /** Hour of arrival of the oldest object, such as `2026/11/24/08`. */
  readonly oldestHour: string | undefined;
  /** The live tables; of a deployed stage as DynamoDB has last counted them, at most six hours ago. */
  readonly tables: readonly LiveTable[];
  /** What it waits for. */
  readonly waits: WaitParts;
  readonly minWaitsMs: number;
  readonly dollars: ReturnType<typeof rebuildBill>;
}

/** Prints what a rebuild would read, write and cost. */
export async function planCommand(
  store: Store,
  options: StageOptions & { readonly json?: boolean | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  const parts = slotParts(reached, store, new StatusLine());
  const plan = await planRebuild(reached, parts);
  if (options.json) await printJson(`${JSON.stringify({ store, ...plan }, undefined, 2)}\n`);
  else await printPlan(reached, parts, plan);
}

/** Counts what a rebuild would read and write. */
export async function planRebuild(reached: ReachedStage, parts: SlotParts): Promise<RebuildPlan> {
  const state = await readState(parts.slots, parts.store);
  let [objects, archiveBytes] = [0, 0];
  let oldestHour: string | undefined;
  for await (const { bytes, hour } of listObjects(reachedArchive(reached))) {
    objects += 1;
    archiveBytes += bytes;
    if (hour !== undefined && (oldestHour === undefined || hour < oldestHour)) oldestHour = hour;
  }
  const names = parts.tables.map(({ name }) => parts.nameOf(slotTableName(name, state.live)));
  const countItems = reached.local === undefined ? lastCounted : scannedTable;
  const tables = await Promise.all(names.map((name) => countItems(parts.slots.client, name)));
  const withIndexes = tables.map((table, index) => ({
    ...table,
    indexes: parts.tables[index]?.indexes?.length ?? 0,
  }));
  const waits = await waitPartsOf(reached, parts);
  return {
    state,
    waits,
    minWaitsMs: minWaitsMs(waits),
    objects,
    archiveBytes,
    oldestHour,
    tables,
    dollars: rebuildBill({ objects, tables: withIndexes }),
  };
}

/** Returns what DynamoDB has last counted: that costs nothing, and is up to six hours old. */
async function lastCounted(client: DynamoDBClient, name: string): Promise<LiveTable> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
  return { name, items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
}

/** Counts the items of a table of a local stage. */
async function scannedTable(client: DynamoDBClient, name: string): Promise<LiveTable> {
  const pages = await collect(paginateScan({ client }, { TableName: name, Select: "COUNT" }));
  return { name, items: pages.reduce((sum, { Count = 0 }) => sum + Count, 0), bytes: 0 };
}

/** Prints a plan for people. */
export async function printPlan(
  reached: ReachedStage,
  { store }: SlotParts,
  { state, waits, objects, archiveBytes, oldestHour, tables, dollars }: RebuildPlan,
): Promise<void> {
  const megabytes = (bytes: number) => `${number(Math.ceil(bytes / 1e6))} MB`;
  const lines: Line[] = [
    ["store", `${store} of stage ${reached.outputs.stage}`],
    ["now", stateText(state)],
    [
      "archive",
      `${counted(objects, "object")}, ${megabytes(archiveBytes)}, the oldest of hour ${oldestHour ?? "none"} (UTC)`,
    ],
    ...tables.map(
      ({ name, items, bytes }): Line => [
        "live table",
        `${name}: ${counted(items, "item")}${bytes === 0 ? "" : `, ${megabytes(bytes)}, as DynamoDB last counted them`}`,
      ],
    ),
    ["waits", waitsText(waits)],
    [
      "cost",
      `${billText(reached, dollars).replace(/^about /, "at most ")}; until "rebuild drop", each event is written twice`,
    ],
  ];
  await print(`${formatLines(lines, LABEL_WIDTH)}\n`);
}
