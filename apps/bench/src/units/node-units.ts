import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { decode, nodesOf, type RainmakerEvent } from "@rainhooks/core";
import { type Attributes, itemBytes } from "@rainhooks/dynamodb";
import { startTables } from "@rainhooks/embedded-dynamodb";
import { nodeStatusSink } from "@rainhooks/node-status";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/table";
import type { Sink } from "@rainhooks/sinks";
import { formatTable } from "@rainhooks/terminal";
import { deliveryOf } from "@rainhooks/testing";
import { gate } from "../gate.ts";
import { indexUnits } from "./index-units.ts";

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0) + 1;
const USERS = 5000;
const TAGS = 200;
const CHANGES = 200;
const MAX_UNITS_OF_A_CHANGE = 2;

/** Counts the read and write units of the events of a node, per event. */
export async function benchNodeUnits(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  const { client, create, stop } = await startTables(folder);
  for (const table of [nodeStatusTable, nodeTimelineTable]) await create(table);
  const sink = nodeStatusSink({
    client,
    tableName: nodeStatusTable.name,
    timelineTableName: nodeTimelineTable.name,
    timelineDays: 90,
    seenIntervalMs: HOUR_MS,
  });
  const count = counter(client, sink);
  const rows = [
    await count("first connect of a node", [connect("kitchen", 0)]),
    await count("configuration", [config("kitchen", 1)]),
    await count("disconnect", [disconnect("kitchen", 2)]),
    await count("connect", [connect("kitchen", 3)]),
    await count("disconnect and connect in one batch", [disconnect("kitchen", 4), connect("kitchen", 5)]),
    await count("the same connect again", [connect("kitchen", 5)]),
    await count("alert", [alert("kitchen", 6)]),
    await count("user added", [user("kitchen", 7, "anna")]),
    await count("tag attached", [tag("kitchen", 8, "attic")]),
    await count("params changed, once an hour", [params("kitchen", 2 * 60)]),
    await count(`node with ${USERS} users: one more`, await shared(sink)),
    await count(`node with ${USERS} users and ${TAGS} tags: disconnect`, [disconnect("shared", 9)]),
  ];
  const often = Array.from({ length: CHANGES }, (_, index) =>
    (index % 2 === 0 ? connect : disconnect)("busy", index),
  );
  await sink.write([{ id: "0", value: connect("busy", -1) }]);
  const counts = [];
  for (const event of often)
    counts.push(await count(`one of ${CHANGES} connects and disconnects in a day`, [event]));
  rows.push(average(counts));
  await stop();
  await rm(folder, { recursive: true });
  for (const { what, tableUnits, indexUnits: ofIndexes } of rows.filter(({ what }) =>
    /^(dis)?connect$/.test(what),
  ))
    gate(tableUnits + ofIndexes <= MAX_UNITS_OF_A_CHANGE, `a ${what} takes at most two write units`);
  const header = ["event", "write units", "of them in indexes", "read units", "bytes of the status"];
  return [
    "Node status: units per event; units of indexes by DynamoDB's rule, the others as the embedded DynamoDB counts them",
    formatTable(
      header,
      rows.map((row) => [
        row.what,
        short(row.tableUnits + row.indexUnits),
        short(row.indexUnits),
        short(row.readUnits),
        row.bytes,
      ]),
    ),
  ].join("\n");
}

interface Units {
  readonly what: string;
  readonly tableUnits: number;
  readonly indexUnits: number;
  readonly readUnits: number;
  readonly bytes: number;
}

/** Returns a function that writes events in one batch and counts the units per event. */
function counter(client: DynamoDBClient, sink: Sink<RainmakerEvent>) {
  const consumed = consumedBy(client);
  return async (what: string, events: readonly RainmakerEvent[]): Promise<Units> => {
    const [nodeId = ""] = events.flatMap(nodesOf);
    const before = await statusOf(client, nodeId);
    const { reads, writes } = { ...consumed };
    const result = await sink.write(events.map((value, index) => ({ id: String(index), value })));
    const [readUnits, writeUnits] = [consumed.reads - reads, consumed.writes - writes];
    gate(result.length === 0, `${what} is written`);
    const after = await statusOf(client, nodeId);
    return {
      what,
      tableUnits: writeUnits / events.length,
      indexUnits: indexUnits(nodeStatusTable, before, after) / events.length,
      readUnits: readUnits / events.length,
      bytes: after === undefined ? 0 : itemBytes(after),
    };
  };
}

const READS = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand", "ScanCommand"]);

/** Returns the units that the calls of a client consume from now on, as the embedded DynamoDB counts them. */
function consumedBy(client: DynamoDBClient): { reads: number; writes: number } {
  const consumed = { reads: 0, writes: 0 };
  client.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
        const result = await next(args);
        const { ConsumedCapacity } = result.output as { readonly ConsumedCapacity?: Capacity | Capacity[] };
        const units = [ConsumedCapacity ?? []].flat().reduce((sum, one) => sum + (one.CapacityUnits ?? 0), 0);
        consumed[READS.has(commandName) ? "reads" : "writes"] += units;
        return result;
      },
    { step: "initialize" },
  );
  return consumed;
}

interface Capacity {
  readonly CapacityUnits?: number;
}

function average(counts: readonly Units[]): Units {
  const mean = (of: (units: Units) => number) =>
    counts.reduce((sum, one) => sum + of(one), 0) / counts.length;
  return {
    what: counts[0]?.what ?? "",
    tableUnits: mean(({ tableUnits }) => tableUnits),
    indexUnits: mean((one) => one.indexUnits),
    readUnits: mean(({ readUnits }) => readUnits),
    bytes: Math.max(...counts.map(({ bytes }) => bytes)),
  };
}

async function statusOf(client: DynamoDBClient, nodeId: string): Promise<Attributes | undefined> {
  const Key = { nodeId: { S: nodeId }, item: { S: "status" } };
  return (
    await client.send(new GetItemCommand({ TableName: nodeStatusTable.name, Key, ConsistentRead: true }))
  ).Item;
}

/** Gives a node its users and tags, and returns the event that adds one more user. */
async function shared(sink: Sink<RainmakerEvent>): Promise<RainmakerEvent[]> {
  const events = [
    connect("shared", 0),
    ...Array.from({ length: TAGS }, (_, index) => tag("shared", 1, `tag-${index}`)),
    ...Array.from({ length: USERS }, (_, index) => user("shared", 2, `user-${index}`)),
  ];
  const failures = await sink.write(events.map((value, index) => ({ id: String(index), value })));
  gate(failures.length === 0, "users and tags are written");
  return [user("shared", 3, "one-more")];
}

const connect = (node_id: string, minute: number) => eventOf("node_connected", minute, { node_id });
const disconnect = (node_id: string, minute: number) => eventOf("node_disconnected", minute, { node_id });
const alert = (node_id: string, minute: number) =>
  eventOf("alert", minute, { node_id, message_body: "Too hot" });
const params = (node_id: string, minute: number) =>
  eventOf("node_params_changed", minute, { node_id, payload: "{}" });
const user = (node_id: string, minute: number, user_id: string) =>
  eventOf("user_node_added", minute, { nodes: [node_id], user_id, user_role: "primary" });
const tag = (node_id: string, minute: number, name: string) =>
  eventOf("new_tags_added", minute, { node_id, tags: [name] });

function config(node_id: string, minute: number) {
  const info = { name: "Kitchen", fw_version: "1.4.2", type: "esp.device.light", model: "esp32c3" };
  return eventOf("node_config_changed", minute, { node_id, config: { info } });
}

let sequence = 0;

function eventOf(type: string, minute: number, event_data: object): RainmakerEvent {
  sequence += 1;
  const timestamp = START_MS + minute * 60_000;
  const body = { event_type: `rmaker.event.${type}`, timestamp, event_data };
  // As long as the ids of SNS.
  const id = `00000000-0000-4000-8000-${String(sequence).padStart(12, "0")}`;
  const decoded = decode(deliveryOf(body, { id, sentAtMs: timestamp + 120 }));
  if (decoded.kind !== "event") throw new Error(`${type} is not an event: ${JSON.stringify(decoded)}`);
  return decoded.event;
}

function short(value: number): number {
  return Number(value.toFixed(2));
}
