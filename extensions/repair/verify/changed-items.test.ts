import { paginateScan } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { collect } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { STORES, type Store } from "@rainhooks/stage/tables/store-names";
import { deliveryOf } from "@rainhooks/testing/samples";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import { COMPARED_TABLES, modelOfStore, sinkOfStore } from "../stores.ts";
import { type CompareContext, compareNode } from "./compare-node.ts";
import type { NodeFactValues } from "./fact-spool.ts";

const START_MS = Date.UTC(2026, 10, 24, 8);
const NODE = "kitchen";
const SETTINGS = new Map([
  ["timelineDays", 30],
  ["seenIntervalS", 60],
  ["retentionDays", 0],
]);
const settingOf = (name: string) => SETTINGS.get(name) ?? 0;
/** What is not compared, as docs/verify.md says. */
const NOT_COMPARED = [
  `${nodeStatusTable.name} version`,
  `${nodeTimelineTable.name} expiresAtS`,
  // Not its own: extensions add attributes to groups of points.
  `${timeSeriesTable.name} mark`,
];

let sent = 0;
function eventOf(type: string, data: object): RainmakerEvent {
  sent += 1;
  const atMs = START_MS + sent * 1000;
  const event_data = { node_id: NODE, nodes: [NODE], user_id: "ann", ...data };
  const body = { event_type: `rmaker.event.${type}`, timestamp: atMs, event_data };
  const decoded = decode(deliveryOf(body, { id: `d-${sent}`, sentAtMs: atMs, topic: type }));
  if (decoded.kind === "event") return decoded.event;
  throw new Error(`${type} is no event.`);
}

function reading(record: object): RainmakerEvent {
  const records = [1, 2].map((v) => ({ t: START_MS / 1000 + v, v, ...record }));
  return eventOf("node_ts_data", { ts_data: [{ name: "Oven.heat", dt: "int", records }] });
}

const EVENTS: readonly RainmakerEvent[] = [
  ...Array.from({ length: 40 }, (_, at) =>
    eventOf(at % 2 ? "node_disconnected" : "node_connected", {}),
  ),
  eventOf("node_config_changed", { config: { info: { fw_version: "1.1", name: "Oven" } } }),
  eventOf("node_params_changed", { payload: { Oven: { Name: "Oven" } } }),
  eventOf("alert", { message_body: { "esp.alert.str": "hot" } }),
  eventOf("user_node_added", { user_role: "primary" }),
  eventOf("new_tags_added", { tags: ["room:1"] }),
  reading({}),
  reading({ d: 9000, t: START_MS / 1000 + 60 }),
];

describe("an item that somebody has changed", () => {
  let tables: TestTables;
  const items: { readonly store: Store; readonly table: string; readonly item: Attributes }[] = [];

  beforeAll(async () => {
    tables = await startTables();
    const { client } = tables;
    for (const table of [
      nodeStatusTable,
      nodeTimelineTable,
      timeSeriesTable,
      timeSeriesRollupsTable,
    ])
      await tables.create(table);
    for (const store of STORES) {
      const sink = sinkOfStore(store, { client, nameOf: (table) => table }, settingOf);
      const all = EVENTS.map((value, index) => ({ id: String(index), value }));
      expect(await sink.write(all)).toEqual([]);
      for (const table of COMPARED_TABLES[store])
        for (const { Items = [] } of await collect(paginateScan({ client }, { TableName: table })))
          items.push(...Items.map((item) => ({ store, table, item })));
    }
  });
  afterAll(() => tables.stop());

  /** Compares what was stored with what was archived, with one item in place of another. */
  function differences(
    change?: { readonly of: Attributes; readonly by: Attributes },
    fromMs = START_MS,
  ) {
    return STORES.flatMap((store) => {
      const model = modelOfStore(store, settingOf);
      const facts: NodeFactValues = new Map();
      const add = (source: "archived" | "stored", all: ReturnType<typeof model.factsOf>) => {
        for (const { name, value } of all) {
          const values = facts.get(name) ?? {};
          const before = values[source];
          facts.set(name, {
            ...values,
            [source]: before === undefined ? value : model.join(name, before, value),
          });
        }
      };
      for (const event of EVENTS) add("archived", model.factsOf(event));
      for (const { store: its, table, item } of items)
        if (its === store)
          add("stored", model.factsIn(table, item === change?.of ? change.by : item));
      const context: CompareContext = {
        model,
        fromMs,
        readAtMs: START_MS + 1e6,
        isFromAsked: false,
        isIncomplete: false,
      };
      return compareNode(NODE, facts, context).differences;
    });
  }

  it("is of each kind that the tables have, and equal before", () => {
    const kinds = new Set(
      items.map(({ table, item }) => `${table} ${Object.keys(item).sort().join()}`),
    );
    expect(kinds.size).toBe(8);
    expect(differences()).toEqual([]);
  });

  it("is named, whichever of its attributes was changed or removed, or was added to it", () => {
    const unnamed = items.flatMap(({ table, item }) => {
      const { partitionKey, sortKey } =
        [nodeStatusTable, nodeTimelineTable, timeSeriesTable].find(({ name }) => name === table) ??
        timeSeriesTable;
      const names = new Set([...Object.keys(item), "data", "days", "expiresAtS", "mark"]);
      names.delete(partitionKey.name);
      names.delete(sortKey.name);
      return [...names].flatMap((name) => {
        const { [name]: before, ...without } = item;
        const changed = [
          { S: "1" },
          { N: "1" },
          { S: "2000" },
          { N: "2000000000" },
          { N: "1e30" },
          { BOOL: true },
        ];
        const others = changed
          .filter((value) => JSON.stringify(value) !== JSON.stringify(before))
          .map((value) => ({ ...item, [name]: value }));
        const all = before === undefined ? others : [...others, without];
        return all
          .filter((by) => differences({ of: item, by }).length === 0)
          .map((by) => `${table} ${name}: ${JSON.stringify(before)} ${JSON.stringify(by[name])}`);
      });
    });
    const isCompared = (one: string) => !NOT_COMPARED.some((name) => one.startsWith(`${name}:`));
    expect(unnamed.filter(isCompared)).toEqual([]);
  });
});
