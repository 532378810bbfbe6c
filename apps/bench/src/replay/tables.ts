import { setTimeout as pause } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { runCommand } from "@rainhooks/app-cli/testing";
import { runTestFleet, startTestStage, type TestStage } from "@rainhooks/app-local/testing";
import { mapLimited } from "@rainhooks/core";
import type { TableDescription } from "@rainhooks/dynamodb";
import { readConnection, readNode, readTimeline } from "@rainhooks/node-status";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import { formatTable } from "@rainhooks/terminal";
import { timeSeriesTable } from "@rainhooks/time-series/table";
import { deployedName } from "@rainhooks/webhook/define";
import { gate } from "../gate.ts";
import { itemsOf, itemText, wipe } from "./wipe.ts";

const TABLES: readonly TableDescription[] = [nodeStatusTable, nodeTimelineTable, timeSeriesTable];
const WEBHOOKS = ["node-status", "time-series"];
const EVENTS_PER_NODE = 50;

/** Wipes the tables of a local stage after a fleet has run, replays to both webhooks, and compares each item. */
export async function benchReplayTables({ events }: { readonly events: number }): Promise<string> {
  const running = await startTestStage();
  try {
    const fromMs = Date.now() - 1000;
    const fleet = {
      seed: 1,
      nodes: Math.ceil(events / EVENTS_PER_NODE),
      events,
      duplicates: 0.1,
      undecodable: 0.01,
    };
    await runTestFleet(running, fleet, () => undefined);
    const { dynamodb } = running.stage.clients;
    const before = await dumpAll(dynamodb);
    const nodes = await nodesIn(dynamodb);
    const nowMs = Date.now();
    const seenBefore = await seenOf(dynamodb, nodes, nowMs);
    for (const table of TABLES) await wipe(dynamodb, table);
    gate((await dumpAll(dynamodb)).flat().length === 0, "the tables are empty");
    const startedMs = performance.now();
    const lines: string[] = [];
    for (const webhook of WEBHOOKS) lines.push(await replay(running, webhook, fromMs));
    const after = await lastDump(dynamodb, before);
    const seenAfter = await seenOf(dynamodb, nodes, nowMs);
    gate(
      JSON.stringify(seenAfter) === JSON.stringify(seenBefore),
      "every node and its timeline read as before",
    );
    const different = TABLES.map((_, index) => missing(before[index] ?? [], after[index] ?? []));
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    const rows = TABLES.map(({ name }, index) => [
      name,
      before[index]?.length ?? 0,
      after[index]?.length ?? 0,
      different[index] ?? 0,
    ]);
    return [
      `${events} events of ${nodes.length} nodes; tables wiped, and filled by replays in ${seconds} s. Items are compared byte for byte, without their version.`,
      "A node with more than 32 transitions divides them between its row and its timeline as they came: read together, all are equal.",
      ...lines,
      formatTable(["table", "items before", "items after", "not equal"], rows),
    ].join("\n");
  } finally {
    await running.stop();
  }
}

async function replay({ dataDir }: TestStage, webhook: string, fromMs: number): Promise<string> {
  const args = ["--webhook", webhook, "--from", String(fromMs), "--to", "now", "--wait", "--rate", "5000"];
  const { code, out, err } = await runCommand(["replay", "start", ...args, "--yes", "--data", dataDir]);
  gate(code === 0, `the replay to ${webhook} is done (${err})`);
  return out.split("\n").at(-1) ?? "";
}

const LOOK_MS = 2000;
/** Looks without a change after which the webhooks are taken to be done. */
const MAX_LOOKS = 30;

/** Dumps the tables until they are as expected, or do not change any more. */
async function lastDump(client: DynamoDBClient, expected: readonly string[][]): Promise<string[][]> {
  let last: string[][] = [];
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const now = await dumpAll(client);
    if (isSame(now, expected)) return now;
    if (!isSame(now, last)) looks = 0;
    last = now;
    await pause(LOOK_MS);
  }
  return last;
}

/** Returns how many items are not among others. */
function missing(items: readonly string[], others: readonly string[]): number {
  const known = new Set(others);
  return items.filter((item) => !known.has(item)).length;
}

async function nodesIn(client: DynamoDBClient): Promise<string[]> {
  const ids = new Set<string>();
  for await (const { nodeId } of itemsOf(client, nodeStatusTable))
    if (nodeId?.S !== undefined) ids.add(nodeId.S);
  return [...ids].sort();
}

/** Returns what readers see of each node. */
async function seenOf(client: DynamoDBClient, nodes: readonly string[], nowMs: number): Promise<unknown[]> {
  const status = { client, tableName: deployedName("local", nodeStatusTable.name) };
  const timeline = { client, tableName: deployedName("local", nodeTimelineTable.name) };
  return mapLimited(nodes, READS_AT_ONCE, async (id) => {
    const connection = await readConnection(status, id);
    if (connection === undefined) return [id];
    const transitions = await readTimeline(timeline, id, { fromMs: 0, toMs: nowMs, nowMs }, connection);
    return [await readNode(status, id), transitions];
  });
}

const READS_AT_ONCE = 8;

function isSame(a: readonly string[][], b: readonly string[][]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function dumpAll(client: DynamoDBClient): Promise<string[][]> {
  return Promise.all(TABLES.map((table) => dump(client, table)));
}

/** Returns the items of a table, each as text. */
async function dump(client: DynamoDBClient, table: TableDescription): Promise<string[]> {
  const texts: string[] = [];
  for await (const item of itemsOf(client, table)) texts.push(itemText(item));
  return texts.sort();
}
