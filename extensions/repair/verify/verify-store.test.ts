import { gzipSync } from "node:zlib";
import { DeleteItemCommand, PutItemCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { chunk, collect } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import type { FilterDependencies } from "@rainhooks/filter/filter-results";
import type { RuleHistory } from "@rainhooks/filter/history";
import { systemKey } from "@rainhooks/filter/rule";
import { memoryHistories } from "@rainhooks/filter/store";
import { NODE_STATUS_EVENTS } from "@rainhooks/node-status/events";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { attempts } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import type { TimeSeriesEvent } from "@rainhooks/time-series/puts";
import { timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import fc from "fast-check";
import { NODE_FIELDS } from "../../node-fields.ts";
import type { FactModel } from "../facts/fact-model.ts";
import { nodeStatusFacts } from "../facts/node-status-facts.ts";
import { timeSeriesFacts } from "../facts/time-series-facts.ts";
import { flakyFunctions } from "../work/testing/flaky-functions.ts";
import { withWork } from "../work/work.ts";
import { outcomeOf, type VerifyReport } from "./report.ts";
import { type VerifyRequest, verifyStore } from "./verify-store.ts";

const START_MS = Date.UTC(2026, 10, 24, 8);
const TO_MS = START_MS + 3_600_000;
const HOURS = { first: "2026/11/24/07", last: "2026/11/24/10", late: [] };
const NODES = ["kitchen", "garden", "hall"];
const ALERT = "rmaker.event.alert";
const TS_DATA = "rmaker.event.node_ts_data" as const;

const story = fc.record({
  type: fc.constantFrom(
    ...([
      "node_connected",
      "node_disconnected",
      "node_connected",
      "node_disconnected",
      "alert",
    ] as const),
    ...([
      "node_config_changed",
      "node_params_changed",
      "user_node_added",
      "user_node_removed",
    ] as const),
    ...(["new_tags_added", "node_ts_data"] as const),
  ),
  node: fc.constantFrom(...NODES),
  atMs: fc.integer({ min: START_MS - 100_000, max: START_MS + 3_000_000 }),
  delayMs: fc.integer({ min: 0, max: 60_000 }),
  value: fc.integer({ min: 0, max: 3 }),
});
const stories = fc.array(story, { minLength: 60, maxLength: 150 });

let sequence = 0;

function toDelivery({
  type,
  node,
  atMs,
  delayMs,
  value,
}: typeof story extends fc.Arbitrary<infer S> ? S : never): Delivery {
  sequence += 1;
  const event_data = {
    node_id: node,
    nodes: [node],
    user_id: `user-${value}`,
    message_body: { "esp.alert.str": `Alert ${value}` },
    ...(type === "node_params_changed"
      ? { payload: "{}" }
      : { config: { info: { fw_version: `1.${value}` } } }),
    tags: [`room:${value}`],
    ts_data: [
      { name: "Light.power", dt: "int", records: [{ t: Math.floor(atMs / 1000), v: value }] },
    ],
  };
  const body = { event_type: `rmaker.event.${type}`, timestamp: atMs, event_data };
  return deliveryOf(body, { id: `d-${sequence}`, sentAtMs: atMs + delayMs, topic: type });
}

function eventOf(delivery: Delivery): RainmakerEvent {
  const decoded = decode(delivery);
  if (decoded.kind === "event") return decoded.event;
  throw new Error("a story must make events");
}

type Rules = Pick<FilterDependencies, "rules" | "isKnown">;
const KNOWN: Rules = { rules: memoryHistories([]), isKnown: () => true };
const types = [...NODE_STATUS_EVENTS].map((type) => type.replace("rmaker.event.", ""));
const subscribed = {
  topics: Object.fromEntries(types.map((type) => [type, `arn:aws:sns:us-east-1:1:${type}`])),
};

describe("a verification", () => {
  let tables: TestTables;
  let server: BucketServer;
  let run = 0;

  beforeAll(async () => {
    tables = await startTables();
    server = await startBucketServer({});
  });
  afterAll(async () => {
    await server.stop();
    await tables.stop();
  });

  interface World {
    readonly names: ReadonlyMap<string, string>;
    readonly sink: (events: readonly RainmakerEvent[]) => Promise<unknown>;
    readonly verify: (
      model: FactModel,
      request?: Partial<VerifyRequest> & { readonly nodes?: readonly string[] },
      rules?: Rules,
      sinceMs?: number,
    ) => Promise<VerifyReport>;
  }

  const NODE_STATUS = nodeStatusFacts({
    timelineDays: 30,
    seenIntervalMs: 60_000,
    own: NODE_FIELDS,
  });
  const TIME_SERIES = timeSeriesFacts(30);
  /** Points live for longer since the last deployment. */
  const LONGER = timeSeriesFacts(60);
  const isOfSeries = (model: FactModel) => model !== NODE_STATUS;

  /** Makes tables of their own, and an archive with these deliveries. */
  async function newWorld(archived: readonly Delivery[]): Promise<World> {
    run += 1;
    const names = new Map<string, string>();
    for (const table of [
      nodeStatusTable,
      nodeTimelineTable,
      timeSeriesTable,
      timeSeriesRollupsTable,
    ]) {
      names.set(table.name, `${table.name}-${run}`);
      await tables.create({ ...table, name: `${table.name}-${run}` });
    }
    const nameOf = (table: string) => names.get(table) ?? "";
    const bucket = `archive-${run}`;
    const objects = chunk(archived, 40).map((some, index) => [
      `deliveries/2026/11/24/08/${index}.gz`,
      gzipSync(some.map((one) => `${JSON.stringify(one)}\n`).join("")),
    ]);
    server.buckets[bucket] = Object.fromEntries(objects);
    const { client } = tables;
    const status = nodeStatusSink({
      client,
      tableName: nameOf("node-status"),
      timelineTableName: nameOf("node-timeline"),
      timelineDays: 30,
      seenIntervalMs: 60_000,
      extensions: [{ fields: NODE_FIELDS }],
    });
    const series = timeSeriesSink({
      client,
      tableName: nameOf("time-series"),
      rollupsTableName: nameOf("time-series-rollups"),
      nowMs: () => TO_MS,
      retentionDays: 30,
    });
    return {
      names,
      sink: async (events) => {
        const items = events.map((value, index) => ({ id: String(index), value }));
        const points = items.flatMap(({ id, value }) =>
          value.type === TS_DATA ? [{ id, value: value as TimeSeriesEvent }] : [],
        );
        expect([await status.write(items), await series.write(points)]).toEqual([[], []]);
      },
      verify: (model, { nodes, ...request } = {}, rules = KNOWN, sinceMs = 0) => {
        const functions = flakyFunctions({
          client,
          nameOf,
          s3: server.client,
          bucket,
          folder: "work",
          readRules: async () => rules,
          nowMs: () => TO_MS,
        });
        const store = isOfSeries(model) ? "time-series" : "node-status";
        const judged = {
          settings: {
            timelineDays: 30,
            seenIntervalS: 60,
            retentionDays: model === TIME_SERIES ? 30 : 60,
          },
          integration: "us",
          webhook: {
            events: isOfSeries(model) ? ([TS_DATA] as const) : NODE_STATUS_EVENTS,
            filtered: true,
            subscribed,
            sinceMs,
          },
        };
        const setup = { store, judged, ...(nodes === undefined ? {} : { nodes }) } as const;
        const verified = withWork(functions, setup, (work) =>
          verifyStore(
            { store, slot: "a", toMs: TO_MS, ...request },
            {
              work,
              archive: { client: server.client, bucket },
              hoursWhenArchived: async () => HOURS,
              nowMs: () => TO_MS + 60_000,
            },
          ),
        );
        return verified.finally(async () => {
          await functions.settle();
          // Every third one fails.
          const { failed, invocations } = functions.counts;
          expect([failed > 0, invocations]).toEqual([invocations > 2, invocations]);
        });
      },
    };
  }

  async function itemsOf({ names }: World, table: string): Promise<Attributes[]> {
    const pages = await collect(
      paginateScan({ client: tables.client }, { TableName: names.get(table) ?? "" }),
    );
    return pages.flatMap(({ Items = [] }) => Items);
  }

  it("a verification is equal whatever the order and the batches in which the sinks got the events, and finds what is changed", async () => {
    await fc.assert(
      fc.asyncProperty(
        stories,
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        async (list, size, which) => {
          const archived = list.map(toDelivery);
          const world = await newWorld([...archived, ...archived.slice(0, 5)]);
          const shuffled = [...archived, ...archived.slice(0, 20)].sort((a, b) =>
            a.body < b.body ? -1 : 1,
          );
          for (const some of chunk(shuffled, size)) await world.sink(some.map(eventOf));
          for (const model of [NODE_STATUS, TIME_SERIES]) {
            const report = await world.verify(model);
            expect(report).toMatchObject({
              differences: [],
              differentFacts: 0,
              unjudgedNodes: 0,
            });
            if (report.facts > 0) expect(outcomeOf(report, false)).toBe("equal");
          }
          const items = await itemsOf(world, "node-status");
          const { nodeId, item } = items[which % items.length] ?? {};
          const Key = { nodeId: nodeId ?? { S: "" }, item: item ?? { S: "" } };
          await tables.client.send(
            new DeleteItemCommand({ TableName: world.names.get("node-status") ?? "", Key }),
          );
          const after = await world.verify(NODE_STATUS);
          expect(outcomeOf(after, false)).toBe("different");
          expect(new Set(after.differences.map((one) => one.nodeId))).toEqual(new Set([nodeId?.S]));
          expect(after.differences.every(({ deliveries }) => deliveries.length > 0)).toBe(true);
        },
      ),
      { numRuns: attempts(2, 8) },
    );
  });

  it("a verification is equal while events come, whichever of them the sinks already have", async () => {
    const cut = fc.integer({ min: START_MS, max: START_MS + 3_000_000 });
    const some = fc.array(fc.boolean(), { minLength: 1, maxLength: 7 });
    await fc.assert(
      fc.asyncProperty(stories, cut, some, async (list, toMs, isHandled) => {
        const archived = list.map(toDelivery);
        const world = await newWorld(archived);
        const handled = archived.filter(
          ({ sentAtMs }, index) => sentAtMs < toMs || isHandled[index % isHandled.length],
        );
        for (const batch of chunk(handled, 25)) await world.sink(batch.map(eventOf));
        for (const model of [NODE_STATUS, TIME_SERIES])
          expect(await world.verify(model, { toMs })).toMatchObject({
            differences: [],
            differentFacts: 0,
          });
      }),
      { numRuns: attempts(2, 8) },
    );
  });

  const connected = toDelivery({
    type: "node_connected",
    node: "kitchen",
    atMs: START_MS,
    delayMs: 5,
    value: 1,
  });
  const config = toDelivery({
    type: "node_config_changed",
    node: "kitchen",
    atMs: START_MS,
    delayMs: 5,
    value: 1,
  });
  const point = toDelivery({
    type: "node_ts_data",
    node: "garden",
    atMs: START_MS,
    delayMs: 5,
    value: 1,
  });

  async function changed(change: (row: Attributes) => Attributes): Promise<VerifyReport> {
    const world = await newWorld([connected, config]);
    await world.sink([connected, config].map(eventOf));
    const row =
      (await itemsOf(world, "node-status")).find(({ item }) => item?.S === "status") ?? {};
    const Item = change(row);
    await tables.client.send(
      new PutItemCommand({ TableName: world.names.get("node-status") ?? "", Item }),
    );
    return world.verify(NODE_STATUS);
  }

  it("a verification names the field of a row that somebody has changed, and the deliveries that say otherwise", async () => {
    const report = await changed((row) => ({
      ...row,
      config: { M: { ...row["config"]?.M, firmware: { S: "0.9" } } },
      firmware: { S: "0.9" },
    }));
    expect(report.differences).toMatchObject([
      {
        nodeId: "kitchen",
        what: "config",
        kind: "wrong",
        deliveries: [{ id: config.id, line: 2 }],
      },
    ]);
    const { archived, stored } = report.differences[0] ?? {};
    expect([archived, stored]).toEqual([
      expect.stringContaining('"firmware":"1.1"'),
      expect.stringContaining('"firmware":"0.9"'),
    ]);
  });

  it("a verification names an attribute that does not follow from its row", async () => {
    const report = await changed((row) => ({ ...row, sinceKey: { S: "0#kitchen" } }));
    expect(report.differences).toMatchObject([
      {
        what: "attribute sinceKey of the row, which does not follow from the rest of it",
        kind: "unexpected",
      },
    ]);
  });

  it("a verification names a point that was dropped", async () => {
    const world = await newWorld([point]);
    await world.sink([eventOf(point)]);
    const group =
      (await itemsOf(world, "time-series")).find(({ data }) => data !== undefined) ?? {};
    const Key = { series: group["series"] ?? { S: "" }, group: group["group"] ?? { S: "" } };
    await tables.client.send(
      new DeleteItemCommand({ TableName: world.names.get("time-series") ?? "", Key }),
    );
    expect((await world.verify(TIME_SERIES)).differences).toMatchObject([
      {
        nodeId: "garden",
        what: "point of Light.power at 2026-11-24T08:00:00.000Z: int:1",
        kind: "missing",
        deliveries: [{ id: point.id }],
      },
    ]);
  });

  it("points whose days to live are not those of today's setting are wrong", async () => {
    const world = await newWorld([point]);
    await world.sink([eventOf(point)]);
    const report = await world.verify(LONGER);
    expect(report.differences).toMatchObject([{ kind: "wrong", nodeId: "garden" }]);
  });

  it("what was published before the subscriptions changed is not judged, neither if it is there nor if it is not", async () => {
    const alert = toDelivery({ type: "alert", node: "hall", atMs: START_MS, delayMs: 0, value: 1 });
    const later = toDelivery({
      type: "alert",
      node: "hall",
      atMs: START_MS + 9000,
      delayMs: 0,
      value: 2,
    });
    for (const handled of [[alert, later], [later]]) {
      const world = await newWorld([alert, later]);
      await world.sink(handled.map(eventOf));
      const report = await world.verify(NODE_STATUS, {}, KNOWN, later.sentAtMs);
      expect(report).toMatchObject({ differences: [], deliveries: { handled: 1, unknown: 1 } });
      expect(outcomeOf(report, false)).toBe("unjudged");
      const all = await world.verify(NODE_STATUS);
      expect(outcomeOf(all, false)).toBe(handled.length === 2 ? "equal" : "different");
    }
  });

  it("a verification judges by the rules of then, and says when these are not known", async () => {
    const alert = toDelivery({ type: "alert", node: "hall", atMs: START_MS, delayMs: 0, value: 1 });
    const later = toDelivery({
      type: "alert",
      node: "hall",
      atMs: START_MS + 1000,
      delayMs: 0,
      value: 2,
    });
    const world = await newWorld([connected, alert, later]);
    await world.sink([connected, later].map(eventOf));
    const key = systemKey(ALERT);
    const off = { ...key, enabled: false, integrations: [] };
    const history: RuleHistory = {
      key,
      states: [
        { fromMs: 0, rule: off },
        { fromMs: later.sentAtMs, rule: undefined },
      ],
      knownFromMs: 0,
    };
    const rules = memoryHistories([history]);
    const known = await world.verify(NODE_STATUS, {}, { ...KNOWN, rules });
    expect(known).toMatchObject({
      differences: [],
      deliveries: { handled: 2, filtered: 1, unknown: 0 },
    });
    expect(outcomeOf(known, false)).toBe("equal");
    const isKnown: Rules["isKnown"] = ({ eventType }) => eventType !== ALERT;
    const unknown = await world.verify(NODE_STATUS, {}, { rules, isKnown });
    expect(unknown).toMatchObject({
      differences: [],
      deliveries: { handled: 1, filtered: 0, unknown: 2 },
    });
    expect(outcomeOf(unknown, false)).toBe("unjudged");
  });

  it("a verification leaves out what is younger than the end, and other nodes", async () => {
    const world = await newWorld([connected, point]);
    await world.sink([eventOf(connected)]);
    const younger = await world.verify(TIME_SERIES, { toMs: point.sentAtMs });
    expect(younger).toMatchObject({
      facts: 0,
      differences: [],
      deliveries: { handled: 0, younger: 1 },
    });
    expect(outcomeOf(younger, false)).toBe("unjudged");
    expect(await world.verify(NODE_STATUS, { nodes: ["kitchen"] })).toMatchObject({
      nodes: 1,
      differentNodes: 0,
    });
    expect(await world.verify(NODE_STATUS)).toMatchObject({ nodes: 2, differentNodes: 1 });
    const none = await world.verify(NODE_STATUS, { nodes: [] });
    expect([none.nodes, outcomeOf(none, false)]).toEqual([0, "unjudged"]);
  });

  it("a verification does not judge rows from before the archive, unless a later beginning was asked for", async () => {
    const before = toDelivery({
      type: "node_config_changed",
      node: "hall",
      atMs: START_MS - 9e6,
      delayMs: 0,
      value: 1,
    });
    const world = await newWorld([connected]);
    await world.sink([before, connected].map(eventOf));
    const report = await world.verify(NODE_STATUS);
    expect(report).toMatchObject({ differences: [], unjudgedNodes: 1, equalNodes: 1 });
    expect(report.unjudgedFacts.older).toBeGreaterThan(0);
    expect([outcomeOf(report, false), outcomeOf(report, true)]).toEqual(["unjudged", "equal"]);
  });

  it("a verification says what of the archive it cannot read, and judges nothing by what it does not find there", async () => {
    const world = await newWorld([connected, config]);
    await world.sink([connected, config].map(eventOf));
    const objects = server.buckets[`archive-${run}`] ?? {};
    objects["deliveries/2026/11/24/08/0.gz"] = gzipSync(`${JSON.stringify(connected)}\n`);
    expect((await world.verify(NODE_STATUS)).differences.map(({ kind }) => kind)).toEqual([
      "unexpected",
      "unexpected",
    ]);
    objects["deliveries/2026/11/24/09/b.gz"] = gzipSync(JSON.stringify(config)).subarray(0, 30);
    const report = await world.verify(NODE_STATUS);
    expect(report.problems).toEqual([
      "deliveries/2026/11/24/09/b.gz: the gzipped object is broken: unexpected end of file",
    ]);
    expect(report).toMatchObject({
      differences: [],
      unjudgedNodes: 1,
      unjudgedFacts: { unreadable: 2 },
    });
    expect(outcomeOf(report, false)).toBe("unjudged");
  });

  it("a verification of a node names a series that its list does not have, as that of all nodes does", async () => {
    const reading = toDelivery({
      type: "node_ts_data",
      node: "garden",
      atMs: START_MS,
      delayMs: 0,
      value: 1,
    });
    const world = await newWorld([reading]);
    await world.sink([eventOf(reading)]);
    const group =
      (await itemsOf(world, "time-series")).find(({ data }) => data !== undefined) ?? {};
    const Item = { ...group, series: { S: "garden#Light.forged" } };
    await tables.client.send(
      new PutItemCommand({ TableName: world.names.get("time-series") ?? "", Item }),
    );
    const { differences } = await world.verify(TIME_SERIES);
    expect(differences).toMatchObject([{ kind: "unexpected", nodeId: "garden" }]);
    expect((await world.verify(TIME_SERIES, { nodes: ["garden"] })).differences).toEqual(
      differences,
    );
    expect((await world.verify(TIME_SERIES, { nodes: ["hall"] })).differences).toEqual([]);
    const sample = await world.verify(TIME_SERIES, { nodes: ["garden"], sample: ["garden"] });
    expect([sample.nodes, sample.differences]).toEqual([1, []]);
  });
});
