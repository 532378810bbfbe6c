import { runCommand } from "@rainhooks/app-cli/testing";
import { isJsonObject, RainhooksError, tryParseJson } from "@rainhooks/core";
import { type Attributes, type Slot, slotTableName, type TableDescription } from "@rainhooks/dynamodb";
import type { Stage } from "@rainhooks/local-aws";
import { nodeStatusFacts } from "@rainhooks/node-status";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { timeSeriesTable } from "@rainhooks/time-series/table";
import { type Verified, verifyAll } from "./verified.ts";
import { itemsOf, itemText } from "./wipe.ts";

/** The stores that are rebuilt, with their tables. */
export const STORES = {
  "node-status": [nodeStatusTable, nodeTimelineTable],
  "time-series": [timeSeriesTable],
} as const;

const MAX_SHOWN = 5;
/** Attributes of an item that depend on when it was written: the newest transitions, which are compared apart, and marks for sweeps of alarms. */
const BY_WRITING = ["recent", "markShard", "markKey", "markedMs"];
/** Settings make no difference for what items contain. */
const MODEL = nodeStatusFacts({ timelineDays: 90, seenIntervalMs: 3_600_000 });
/** What the names of connects and disconnects begin with. */
const TRANSITION = "transition ";

/** Rebuilds the stores of a stage, compares the new tables with the old ones byte for byte, and verifies everything again. */
export async function rebuildAll(
  stage: Stage,
  dataDir: string,
  print: (text: string) => void,
): Promise<Verified[]> {
  const compared: Verified[] = [];
  for (const [store, tables] of Object.entries(STORES)) {
    print(`Rebuilding ${store}.`);
    await rebuild(store, dataDir);
    compared.push(await compareSlots(stage, store, tables));
  }
  const verified = await verifyAll(dataDir);
  return [...compared, ...verified.map((one) => ({ ...one, store: `${one.store}, rebuilt` }))];
}

/** Rebuilds a store, unless an earlier run of the battery has. */
async function rebuild(store: string, dataDir: string): Promise<void> {
  const shown = await runCommand(["rebuild", "show", store, "--json", "--data", dataDir]);
  const state: unknown = tryParseJson(shown.out);
  if (isJsonObject(state) && state["live"] === "b") return;
  const { code, out, err } = await runCommand(["rebuild", "start", store, "--yes", "--data", dataDir]);
  if (code !== 0)
    throw new RainhooksError("stage-failed", `The rebuild of ${store} has not switched: ${out} ${err}`);
}

/** Compares the tables of both slots of a store byte for byte. */
export async function compareSlots(
  stage: Stage,
  store: string,
  tables: readonly TableDescription[],
): Promise<Verified> {
  const [old, rebuilt] = [await textsOf(stage, tables, "a"), await textsOf(stage, tables, "b")];
  const differences = [...new Set([...old.keys(), ...rebuilt.keys()])].filter(
    (key) => old.get(key) !== rebuilt.get(key),
  );
  const items = rebuilt.size;
  return {
    store: `${store}, bytes`,
    code: differences.length === 0 ? 0 : 1,
    outcome: differences.length === 0 ? "equal" : "different",
    compared: `${items.toLocaleString("en-US")} items and transitions, old and rebuilt: ${differences.length.toLocaleString("en-US")} differ`,
    differences: differences.slice(0, MAX_SHOWN),
  };
}

/**
 * Reads the items of tables as text, by their keys. Which of a node's connects and disconnects are in its row, and which in the timeline, depends on
 * the order in which they came, so they have keys of their own.
 */
async function textsOf(
  { clients }: Stage,
  tables: readonly TableDescription[],
  slot: Slot,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const table of tables) {
    const inSlot = { ...table, name: slotTableName(table.name, slot) };
    for await (const item of itemsOf(clients.dynamodb, inSlot)) {
      for (const name of transitionsIn(table, item)) texts.set(name, "");
      const key = [table.partitionKey, table.sortKey].map((part) => item[part?.name ?? ""]?.S).join(" ");
      const facts = Object.entries(item).filter(([name]) => !BY_WRITING.includes(name));
      if (item["transitions"] === undefined)
        texts.set(`item ${key} of ${table.name}`, itemText(Object.fromEntries(facts)));
    }
  }
  return texts;
}

/** Returns the names of the connects and disconnects in an item. */
function transitionsIn({ name: table, store }: TableDescription, item: Attributes): string[] {
  if (store !== "node-status") return [];
  return MODEL.factsIn(table, item).flatMap(({ nodeId, name }) =>
    name.startsWith(TRANSITION) ? [`${name} of node ${nodeId}`] : [],
  );
}
