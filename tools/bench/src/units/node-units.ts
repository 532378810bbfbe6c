import type { EventType } from "@rainhooks/core/catalog";
import { HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { UnitMeter } from "@rainhooks/embedded-dynamodb/units/unit-meter";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { gate } from "@rainhooks/testing/gate";
import { eventOf } from "../events.ts";

const START_MS = Date.UTC(2026, 0) + 1;
const USERS = 5000;
const TAGS = 200;
const CHANGES = 200;
const MAX_UNITS_OF_A_CHANGE = 2;

const UNITS = ["writes", "ofIndexes", "reads"] as const;

/** Counts the read and write units of the events of a node, per event. */
export async function benchNodeUnits(): Promise<string> {
  const { client, create, stop } = await startTables();
  const tables = [nodeStatusTable, nodeTimelineTable];
  for (const table of tables) await create(table);
  const meter = new UnitMeter(client, tables);
  const sink = nodeStatusSink({
    ...{ client, tableName: nodeStatusTable.name, timelineTableName: nodeTimelineTable.name },
    ...{ timelineDays: 90, seenIntervalMs: HOUR_MS },
  });
  const rows: (string | number)[][] = [];
  const write = async (events: readonly RainmakerEvent[]) => {
    const items = events.map((value, index) => ({ id: String(index), value }));
    const { result, ...units } = await meter.measure(() => sink.write(items));
    gate(result.length === 0, "every event is written");
    return units;
  };
  for (const [what, batches] of PLAYS) {
    const sum = { writes: 0, ofIndexes: 0, reads: 0 };
    for (const batch of batches) {
      const units = await write(batch);
      for (const name of UNITS) sum[name] += units[name];
    }
    if (/^(dis)?connect$/.test(what))
      gate(sum.writes <= MAX_UNITS_OF_A_CHANGE, `a ${what} takes at most two write units`);
    if (what !== PREPARES)
      rows.push([what, ...UNITS.map((name) => Number((sum[name] / batches.flat().length).toFixed(2)))]);
  }
  await stop();
  return [
    "Node status: units per event; those of indexes by DynamoDB's rule, the others as the embedded DynamoDB counts them",
    formatTable(["event", "write units", "of them in indexes", "read units"], rows),
  ].join("\n");
}

const at = (type: EventType, minute: number, data: object) =>
  eventOf(type, START_MS + minute * MINUTE_MS, data);
const connect = (node_id: string, minute: number) => at("rmaker.event.node_connected", minute, { node_id });
const disconnect = (node_id: string, minute: number) =>
  at("rmaker.event.node_disconnected", minute, { node_id });
const user = (node_id: string, minute: number, user_id: string) =>
  at("rmaker.event.user_node_added", minute, { nodes: [node_id], user_id, user_role: "primary" });
const tag = (node_id: string, minute: number, name: string) =>
  at("rmaker.event.new_tags_added", minute, { node_id, tags: [name] });

const node_id = "kitchen";
const info = { name: "Kitchen", fw_version: "1.4.2", type: "esp.device.light", model: "esp32c3" };
const SHARED = [
  connect("shared", 0),
  ...Array.from({ length: TAGS }, (_, index) => tag("shared", 1, `tag-${index}`)),
  ...Array.from({ length: USERS }, (_, index) => user("shared", 2, `user-${index}`)),
];
const OFTEN = Array.from({ length: CHANGES }, (_, index) => [
  (index % 2 === 0 ? disconnect : connect)("busy", index),
]);

/** The name of what is not counted. */
const PREPARES = "";

/** Batches of events, by the name under which they are counted. */
const PLAYS: readonly (readonly [what: string, batches: readonly RainmakerEvent[][]])[] = [
  ["first connect of a node", [[connect(node_id, 0)]]],
  ["configuration", [[at("rmaker.event.node_config_changed", 1, { node_id, config: { info } })]]],
  ["disconnect", [[disconnect(node_id, 2)]]],
  ["connect", [[connect(node_id, 3)]]],
  ["disconnect and connect in one batch", [[disconnect(node_id, 4), connect(node_id, 5)]]],
  ["the same connect again", [[connect(node_id, 5)]]],
  ["alert", [[at("rmaker.event.alert", 6, { node_id, message_body: "Too hot" })]]],
  ["user added", [[user(node_id, 7, "anna")]]],
  ["tag attached", [[tag(node_id, 8, "attic")]]],
  [
    "params changed, once an hour",
    [[at("rmaker.event.node_params_changed", 120, { node_id, payload: "{}" })]],
  ],
  [PREPARES, [SHARED, [connect("busy", -1)]]],
  [`node with ${USERS} users: one more`, [[user("shared", 3, "one-more")]]],
  [`node with ${USERS} users and ${TAGS} tags: disconnect`, [[disconnect("shared", 9)]]],
  [`one of ${CHANGES} connects and disconnects in a day`, OFTEN],
];
