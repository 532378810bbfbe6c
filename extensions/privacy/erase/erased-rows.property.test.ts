import { gunzipSync, gzipSync } from "node:zlib";
import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type BucketServer, startBucketServer } from "@rainhooks/archive/testing/bucket-server";
import { decode } from "@rainhooks/core/decode/decode";
import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { stableText } from "@rainhooks/core/stable-text";
import type { Attributes } from "@rainhooks/dynamodb/key";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { nodeStatusSink } from "@rainhooks/node-status/node-status-sink";
import { nodeStatusTable, nodeTimelineTable } from "@rainhooks/node-status/node-status-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { querySeries } from "@rainhooks/time-series/query";
import { type TimeSeriesEvent, timeSeriesSink } from "@rainhooks/time-series/time-series-sink";
import { timeSeriesRollupsTable, timeSeriesTable } from "@rainhooks/time-series/time-series-tables";
import fc from "fast-check";
import { ArchivedRows } from "./archived-rows.ts";
import { eraseLine } from "./erase-line.ts";
import { eraseObjects } from "./erase-objects.ts";
import { quartersOf } from "./erase-readings.ts";
import { eraseTable } from "./erase-tables.ts";
import { type ErasureSubject, namesOf } from "./subject.ts";

const ALIAS = "rainhooks-erased-0123456789ab";
const TABLES = [nodeStatusTable, nodeTimelineTable, timeSeriesTable, timeSeriesRollupsTable];
const NOW = Date.parse("2026-11-24T12:00:00Z");
const DAY_MS = 86_400_000;
const KEEP_DAYS = 100_000;
const SERIES = "Child.Name";

/** Names of fields that our format has, in what a device writes. */
const FIELDS = [
  "state",
  "type",
  "place",
  "after",
  "kind",
  "rule",
  "series",
  "method",
  "topic",
  "outcome",
  "severity",

  "destination",
  "notice",
  "user_role",
  "where",
  "name",
  "dt",
  "event_type",
  "user_name",
  "nodes",
  "node_id",
  "response",
  "error",
  "body",
  "data",
  "event_data",
  "attributes",
  "tags",
  "value",
  "text",
  "records",
];

/**
 * Ids of which each is made of another one, and none of which another one is a word of the texts
 * here.
 */
function neighboursOf(id: string): string[] {
  const joined = ["B", " b", ".b", ":b", "/b", "#b", "-b", '"b', "\\b", "%"].flatMap((one) => [
    id + one,
    one + id,
  ]);
  const other = [
    id.toUpperCase(),
    id.normalize("NFC"),
    id.normalize("NFD"),
    `${id}${id}`,
    id.slice(1),
  ];
  return [...joined, ...other].filter((one) => one !== "" && one !== id);
}

const SUBJECTS = fc.oneof(
  fc.stringMatching(/^[1-9A-HJ-NP-Za-km-z]{22}$/),
  fc.uuid(),
  fc.constantFrom("anna", "n/ü #é57", "kitchen", 'a"b\\c', "é11", "e\u0301x1", "status", "alert"),
);

/** Who is in an event, and what it says. */
interface Said {
  readonly type: keyof typeof DATA;
  readonly node: string;
  readonly others: readonly string[];
  readonly user: string;
  /** Its user, the subject, or nobody is in the text. */
  readonly names: readonly ("user" | "subject" | "node")[];
  readonly before: number;
  readonly after: number;
  readonly field: string;
  readonly at: number;
}

type Names = (id: string, kind: "node" | "user" | "text") => string;

/** A text in which names stand at any place, so that a row has a part of one. */
function textOf({ names, before, after, node, user }: Said, subject: string, as: Names): string {
  const said = names.map((one) => {
    if (one === "subject") return as(subject, "text");
    return one === "user" ? as(user, "text") : as(node, "text");
  });
  return [`${"x".repeat(before)}~`, ...said, "y".repeat(after)].join(" ~ ");
}

/** The data of each type of event that has texts of devices or people. */
const DATA = {
  alert: (one: Said, text: string) => ({
    message_body: JSON.stringify({ "esp.alert.str": text, [one.field]: text }),
  }),
  alert_of_json: (one: Said, text: string) => ({
    message_body: { [one.field]: text, more: [{ [one.field]: text }] },
  }),
  node_config_changed: (one: Said, text: string) => ({
    node_config: JSON.stringify({
      info: { name: text, type: text, model: text, fw_version: text },
      [one.field]: text,
    }),
  }),
  node_params_changed: (one: Said, text: string) => ({ payload: { Child: { [one.field]: text } } }),
  node_session_ended: (_: Said, text: string) => ({
    disconnect_reason: text,
    session_identifier: text,
  }),
  new_tags_added: (_: Said, text: string) => ({ tags: [text, "floor"] }),
  node_ts_data: (one: Said, text: string) => ({
    payload: JSON.stringify({
      name: SERIES,
      dt: one.before % 2 === 0 ? "string" : "object",
      t: Math.floor(one.at / 1000),
      v: one.before % 2 === 0 ? text : { [one.field]: text, list: [text] },
    }),
  }),
  user_node_added: ({ field }: Said, _: string) => ({
    user_role: "primary",
    metadata: { [field]: "x" },
  }),
};

/** In these, the name of another one is not known when a row is renamed: it is a text as any. */
const WITHOUT_OTHERS = new Set(["new_tags_added", "node_ts_data"]);

function bodyOf(one: Said, subject: string, as: Names): object {
  const { type, node, others, user } = one;
  const name = type === "alert_of_json" ? "alert" : type;
  const isOfStage = type === "node_session_ended";
  const nodes = [node, ...others].map((id) => as(id, "node"));
  const isOfMany = type === "new_tags_added" || type === "user_node_added";
  return {
    event_type: `${isOfStage ? "rainhooks" : "rmaker"}.event.${name}`,
    timestamp: one.at,
    event_data: {
      ...(isOfMany ? { nodes } : { node_id: nodes[0] }),
      user_id: as(user, "user"),
      ...DATA[type](one, textOf(one, subject, as)),
    },
  };
}

const world = SUBJECTS.chain((id) => {
  const ids = fc.constantFrom(id, ...neighboursOf(id));
  const length = fc.oneof(fc.constant(0), fc.nat(240), fc.constantFrom(30, 90, 118, 190));
  const said = fc.record({
    type: fc.constantFrom(...(Object.keys(DATA) as (keyof typeof DATA)[])),
    node: ids,
    others: fc.array(ids, { maxLength: 2 }),
    user: ids,
    names: fc.array(fc.constantFrom("user", "subject", "node"), { maxLength: 3 }),
    before: length,
    after: length,
    field: fc.constantFrom(...FIELDS),
    at: fc.integer({ min: NOW - 5 * DAY_MS, max: NOW - 2 * DAY_MS }),
  });
  return fc.record({
    id: fc.constant(id),
    kind: fc.constantFrom("node" as const, "user" as const),
    said: fc.array(said, { minLength: 1, maxLength: 8 }),
  });
});

type World = typeof world extends fc.Arbitrary<infer Value> ? Value : never;

let tables: TestTables;
let server: BucketServer;

beforeAll(async () => {
  tables = await startTables();
  for (const table of TABLES) await tables.create(table);
  server = await startBucketServer({}, 1000);
});
afterAll(async () => {
  await server.stop();
  await tables.stop();
});

async function itemsOf(TableName: string): Promise<Attributes[]> {
  return (
    (await tables.client.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? []
  );
}

async function clearTables(): Promise<void> {
  for (const { name, partitionKey, sortKey } of TABLES)
    for (const item of await itemsOf(name)) {
      const key = [partitionKey, sortKey].map(({ name: one }) => [
        one,
        item[one] ?? { NULL: true as const },
      ]);
      await tables.client.send(
        new DeleteItemCommand({ TableName: name, Key: Object.fromEntries(key) }),
      );
    }
}

const eventOf = (line: string): RainmakerEvent[] => {
  const decoded = decode(JSON.parse(line));
  return decoded.kind === "event" ? [decoded.event] : [];
};

/** Writes events as the functions of a stage do. */
async function writeRows(lines: readonly string[]): Promise<void> {
  const { client } = tables;
  const events = lines.flatMap(eventOf);
  const items = events.map((value) => ({ id: value.deliveryId, value }));
  const status = nodeStatusSink({
    client,
    tableName: nodeStatusTable.name,
    timelineTableName: nodeTimelineTable.name,
    timelineDays: KEEP_DAYS,
    seenIntervalMs: 0,
  });
  const series = timeSeriesSink({
    client,
    tableName: timeSeriesTable.name,
    rollupsTableName: timeSeriesRollupsTable.name,
    nowMs: () => NOW,
    retentionDays: 0,
  });
  const readings = items.filter(
    (one): one is { id: string; value: TimeSeriesEvent } =>
      one.value.type === "rmaker.event.node_ts_data",
  );
  expect(await status.write(items.filter(({ value }) => nodesOf(value).length > 0))).toEqual([]);
  expect(await series.write(readings)).toEqual([]);
  // A question about a past day keeps its rollup.
  const reader = {
    client,
    tableName: timeSeriesTable.name,
    rollupsTableName: timeSeriesRollupsTable.name,
    keepsRollups: true,
  };
  const calendar = { interval: "day" as const, timezone: "UTC", weekStart: "monday" as const };
  for (const { value } of readings)
    for (const kind of ["string", "object"] as const)
      await querySeries(
        reader,
        {
          nodeId: value.data.nodeId,
          name: SERIES,
          kind,
          fromMs: NOW - 6 * DAY_MS,
          toMs: NOW,
          aggregate: "count",
          calendar,

          differential: false,
          resetOnNegative: false,
          newestFirst: false,
          limit: 100,
          after: undefined,
        },
        NOW,
      );
}

/** Returns the rows that follow from events, as texts; without how often they were written. */
async function rowsOf(): Promise<string[]> {
  const stored = [nodeStatusTable, nodeTimelineTable, timeSeriesTable].map(async ({ name }) =>
    (await itemsOf(name)).map(({ version: _, ...item }) => stableText([name, item])),
  );
  return (await Promise.all(stored)).flat().sort();
}

async function erase(subject: ErasureSubject): Promise<void> {
  const renaming = { names: namesOf(subject), alias: ALIAS };
  const search = { client: tables.client, renaming };
  const searched = TABLES.map(({ name }) => ({ name, tableName: name }));
  const settled = new ArchivedRows(searched, search);
  const all = async () => {
    let found = 0;
    for (const table of searched)
      found += await eraseTable(table, { ...search, isSettled: settled.has.bind(settled) }, true);
    return found;
  };
  await all();
  expect(await all()).toBe(0);
  await eraseObjects(
    {
      bucket: { client: server.client, bucket: "archive", isVersioned: false },
      eraseLine: (line) => eraseLine(line, renaming),
      settle: settled.settle.bind(settled),
    },
    { onDropped: async () => undefined, onDone: async () => undefined },
  );
  expect(await all()).toBe(0);
}

function linesOf({ id, said }: World, as: Names): string[] {
  return said.map((one, index) =>
    JSON.stringify(deliveryOf(bodyOf(one, id, as), { id: `d${index}`, sentAtMs: one.at })),
  );
}

/**
 * Whether its id is no word of the format, needs no escapes, is nobody's of the other kind, and in
 * no text with another name: a row can have the beginning of that, which looks like it.
 */
function isSearchable({ id, kind, said }: World): boolean {
  const isOfOther = ({ node, others, user }: Said) =>
    kind === "node" ? user === id : [node, ...others].includes(id);
  return (
    /^[\w-]{8,}$/.test(id) &&
    !said.some(isOfOther) &&
    said.every(({ names }) => !names.some((who) => who !== "subject"))
  );
}

/**
 * Returns all that is stored, packed sums too, without the ids of others that have the subject's in
 * them.
 */
async function bytesWithout({ id }: World, archive: string): Promise<string> {
  const rows = await Promise.all(
    TABLES.map(async ({ name }) =>
      (await itemsOf(name)).map((item) => [item, quartersOf(name, item)]),
    ),
  );
  const others = neighboursOf(id).filter((one) => one.includes(id));
  const spellings = others.flatMap((one) => [
    one,
    encodeURIComponent(one),
    JSON.stringify(one).slice(1, -1),
  ]);
  return spellings
    .flatMap((one) => [JSON.stringify(one).slice(1, -1), one])
    .sort((x, y) => y.length - x.length)
    .reduce((text, one) => text.replaceAll(one, "-"), archive + JSON.stringify(rows));
}

const SAME: Names = (id) => id;

it("an erasure leaves nobody in the archive and in the rows, and changes nobody else: what is left is what the rest would have written", async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ id, kind, said }) => {
      const one = {
        id,
        kind,
        // What is decided by the text alone has no names of others in this test.
        said: said.map((event) =>
          WITHOUT_OTHERS.has(event.type)
            ? { ...event, names: event.names.filter((who) => who === "subject") }
            : event,
        ),
      };
      await clearTables();
      const lines = linesOf(one, SAME);
      server.buckets["archive"] = { "deliveries/2026/11/24/12/a.gz": gzipSync(lines.join("\n")) };
      await writeRows(lines);
      await erase({ kind, id, also: [] });
      const written = gunzipSync(
        server.buckets["archive"]["deliveries/2026/11/24/12/a.gz"] ?? Buffer.of(),
      ).toString();
      const alias: Names = (who, of) =>
        who === id && (of === "text" || of === kind) ? ALIAS : who;
      const isAbout = ({ node, others, type }: Said) =>
        kind === "node" &&
        node === id &&
        (!["new_tags_added", "user_node_added"].includes(type) ||
          others.every((other) => other === id));
      const wanted = linesOf(one, alias).filter((_, index) => !isAbout(one.said[index] as Said));
      expect(written.split("\n").filter((line) => line !== "")).toEqual(wanted);
      if (isSearchable(one)) expect(await bytesWithout(one, written)).not.toContain(id);
      const erased = await rowsOf();
      await clearTables();
      await writeRows(wanted);
      expect(erased).toEqual(await rowsOf());
    }),
  );
});
