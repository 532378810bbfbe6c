import { BatchWriteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "@jest/globals";
import { ARCHIVE_KEY, archiveHoursTable, hourKey } from "@rainhooks/archive/hours/hours-table";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { tableSlotsTable } from "@rainhooks/dynamodb/slots/slots-table";
import { keyAttributesOf, type TableDescription } from "@rainhooks/dynamodb/table-description";
import { filterRulesTable } from "@rainhooks/filter/filter-rules-table";
import { toRuleItem } from "@rainhooks/filter/rule-item";
import { memberKeysOf } from "@rainhooks/node-status/members";
import { encodeNode } from "@rainhooks/node-status/node-item";
import {
  fleetSamplesTable,
  nodeStatusTable,
  nodeTimelineTable,
} from "@rainhooks/node-status/node-status-tables";
import { project } from "@rainhooks/node-status/project";
import { tagItems } from "@rainhooks/node-status/tags";
import { alertItem, transitionItems } from "@rainhooks/node-status/timeline-item";
import { auditsTable, replaysTable } from "@rainhooks/stage/tables/stage-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { putsOf, type TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { rollupKey } from "@rainhooks/time-series/rollup-item";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { toAlarmItem } from "../../alarms/alarms/alarm-item.ts";
import { putPending } from "../../alarms/alarms/due.ts";
import { alarmsTable, watchRulesTable } from "../../alarms/watch-tables.ts";
import { attemptItem } from "../../forwarding/attempts/attempt-item.ts";
import {
  attemptsTable,
  copiesTable,
  destinationsTable,
  outboxTable,
} from "../../forwarding/forwarding-tables.ts";
import { nodeLane } from "../../forwarding/outbox/lane.ts";
import { Lane } from "../../forwarding/outbox/store.ts";
import { namesInTable, TABLES } from "./rename-item.ts";
import { namesOf } from "./subject.ts";

/** Each character of it is written in another way somewhere. */
const NODE = "n/ö 7:b";
const USER = "anna@example.com";
const ALIAS = "rainhooks-erased-0123456789ab";

function eventOf(type: string, data: object): RainmakerEvent {
  const delivery = deliveryOf({ event_type: `rmaker.event.${type}`, event_data: data });
  const decoded = decode(delivery);
  if (decoded.kind !== "event") throw new Error(`${type} is no event.`);
  return decoded.event;
}

const ALERT = eventOf("alert", { node_id: NODE, message_body: "off" });
const ADDED = eventOf("user_node_added", { user_id: USER, nodes: [NODE] });
const TAGGED = eventOf("new_tags_added", { nodes: [NODE], tags: [`near ${USER}`] });
const READ = eventOf("node_ts_data", {
  node_id: NODE,
  name: "Lamp.Power",
  dt: "int",
  t: 1_732_435_200,
  v: 7,
});

/** Returns what a function puts. */
async function putBy(write: (table: never) => Promise<unknown>): Promise<Attributes[]> {
  const items: Attributes[] = [];
  const client = {
    send: async (command: unknown) => {
      if (command instanceof PutItemCommand) items.push(command.input.Item ?? {});
      if (command instanceof BatchWriteItemCommand) throw new Error("One at a time.");
      return {};
    },
  };
  await write({ client, tableName: "t" } as never);
  return items;
}

/** Items whose keys have a node or a user, as the code of each table makes them. */
const ITEMS: readonly [TableDescription, () => Attributes[] | Promise<Attributes[]>][] = [
  [
    nodeStatusTable,
    () => [encodeNode(project([ALERT], 0), NODE), ...memberKeysOf(ADDED), ...tagItems(TAGGED)],
  ],
  [
    nodeTimelineTable,
    () => [alertItem(ALERT, 0) ?? {}, ...transitionItems(NODE, [{ atMs: 7, state: "online" }], 0)],
  ],
  [timeSeriesTable, () => putsOf(READ as TimeSeriesEvent, 0, { isListed: () => false })],
  [timeSeriesRollupsTable, () => [rollupKey({ nodeId: NODE, name: "Lamp#1", kind: "number" }, 0)]],
  [
    alarmsTable,
    async () => [
      toAlarmItem({
        kind: "offline",
        severity: "high",
        nodeId: NODE,
        alarmId: "a",
        rule: "off",
        version: 1,
        startMs: 1,
        raisedMs: 2,
        endMs: undefined,
        ended: undefined,
        revision: 1,
      }),
      ...(await putBy((table) =>
        putPending(table, { nodeId: NODE, series: undefined }, "changes", 7),
      )),
    ],
  ],
  [
    filterRulesTable,
    () =>
      (["node", "user"] as const).map((level) => {
        const key = { level, entityId: level === "node" ? NODE : USER, eventType: ALERT.type };
        return toRuleItem({ history: { key, states: [], knownFromMs: 0 }, version: 1 });
      }),
  ],
  [
    attemptsTable,
    () => [
      attemptItem(
        {
          webhookId: "evt_1",
          destination: "crm",
          attempt: 1,
          atMs: 7,
          outcome: "delivered",
          nodeId: NODE,
          eventType: ALERT.type,
          events: 1,
          method: "POST",
          url: "https://a.example",
          deliveryId: "d",
          publishedMs: 7,
          headers: {},
          bodyBytes: 1,
          durationMs: 1,
        } as never,
        1000,
      ),
    ],
  ],
  [
    outboxTable,
    () =>
      putBy((table) =>
        new Lane(table, { id: "crm", createdAtMs: 7 }, nodeLane(ALERT)).put({ item: { S: "e#1" } }),
      ),
  ],
];

/** Tables in whose keys nobody is, and why. */
const OF_NOBODY: readonly [TableDescription, reason: string][] = [
  [fleetSamplesTable, "the day and the time of a sample"],
  [watchRulesTable, "names of rules, which stay"],
  [replaysTable, "ids that a stage makes"],
  [auditsTable, "the month and the time of a call"],
  [tableSlotsTable, "names of stores"],
  [archiveHoursTable, "hours"],
  [copiesTable, "ids of events, hashed"],
  [destinationsTable, "ids of destinations, which stay"],
];

describe("the keys of each table that an erasure knows", () => {
  it("each table is here", () => {
    const names = [...ITEMS, ...OF_NOBODY].map(([{ name }]) => name);
    expect(names.toSorted()).toEqual(TABLES.map(({ name }) => name).toSorted());
    for (const [{ holds }] of OF_NOBODY) expect(holds).toEqual({});
    expect(hourKey("2026/11/24/08")["archive"]?.S).toBe(ARCHIVE_KEY);
  });

  it.each(ITEMS.map(([table, make]) => [table.name, table, make] as const))(
    "an erasure finds a node and a user in what the code of %s writes",
    async (name, table, make) => {
      const items = await make();
      expect(items.length).toBeGreaterThan(0);
      const keys = [table.partitionKey, table.sortKey].flatMap((key) => key?.name ?? []);
      const keyNames = new Set(keyAttributesOf(table).map((key) => key.name));
      const inKeys = (item: Attributes, text: string) =>
        Object.entries(item).some(
          ([key, { S = "" }]) =>
            keyNames.has(key) && [text, encodeURIComponent(text)].some((one) => S.includes(one)),
        );
      for (const item of items) {
        const namesIn = (kind: "node" | "user", id: string) =>
          namesInTable(name, keys, { names: namesOf({ kind, id, also: [] }), alias: ALIAS });
        const ofNode = namesIn("node", NODE);
        expect(inKeys(item, NODE) || inKeys(item, USER) || item["nodeId"]?.S === NODE).toBe(true);
        // What is about the node goes, also in a rule that stays with an alias.
        expect(ofNode.isOfNode(item)).toBe(inKeys(item, NODE) || item["nodeId"]?.S === NODE);
        expect(inKeys({ ...item, ...namesIn("user", USER).renamed(item) }, USER)).toBe(false);
      }
    },
  );
});
