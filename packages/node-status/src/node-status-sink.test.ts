import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { readAlerts } from "./alerts.ts";
import { NO_FACTS } from "./facts.ts";
import { nodeStatusSink } from "./node-status-sink.ts";
import { nodeStatusTable, nodeTimelineTable } from "./node-status-tables.ts";
import { readConnection, readNode } from "./read-node.ts";
import { statusKey } from "./sub-item.ts";
import { readTimeline } from "./timeline.ts";

const HOUR_MS = 3_600_000;
const START_MS = 1_700_006_400_000;

function event(type: string, atMs: number, nodeId: string, id = `${type}-${atMs}`): RainmakerEvent {
  const body = {
    event_type: `rmaker.event.${type}`,
    timestamp: atMs,
    event_data: {
      node_id: nodeId,
      nodes: [nodeId],
      user_id: "u",
      tags: ["t"],
      message_body: { "esp.alert.str": "hot" },
      payload: { name: "p", dt: "int", t: 1, v: 2 },
    },
  };
  const decoded = decode(deliveryOf(body, { id, sentAtMs: atMs + 10 }));
  if (decoded.kind !== "event") throw new Error("not an event");
  return decoded.event;
}

describe("nodeStatusSink", () => {
  let tables: TestTables;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeStatusTable);
    await tables.create(nodeTimelineTable);
  });
  afterAll(() => tables.stop());

  /** A sink that counts its calls by name. */
  function sinkWith(seenIntervalMs: number) {
    const calls: string[] = [];
    const client = new Proxy(tables.client, {
      get: (target, name) => {
        if (name !== "send") return Reflect.get(target, name);
        return (command: object) => {
          calls.push(command.constructor.name);
          return target.send(command as Parameters<DynamoDBClient["send"]>[0]);
        };
      },
    });
    const sink = nodeStatusSink({
      client,
      tableName: nodeStatusTable.name,
      timelineTableName: nodeTimelineTable.name,
      timelineDays: 30,
      seenIntervalMs,
    });
    return {
      calls,
      write: (...events: RainmakerEvent[]) =>
        sink.write(events.map((value, at) => ({ id: String(at), value }))),
    };
  }

  async function timelineItemsOf(nodeId: string) {
    const { Items = [] } = await tables.client.send(
      new ScanCommand({
        TableName: nodeTimelineTable.name,
        FilterExpression: "nodeId = :node",
        ExpressionAttributeValues: { ":node": { S: nodeId } },
      }),
    );
    return Items;
  }

  const connectionOf = async (nodeId: string) =>
    (await readConnection({ client: tables.client, tableName: nodeStatusTable.name }, nodeId)) ??
    NO_FACTS;

  const row = (nodeId: string) =>
    readNode({ client: tables.client, tableName: nodeStatusTable.name }, nodeId);

  it("nodeStatusSink reads and writes the table for frequent events once per interval", async () => {
    const { calls, write } = sinkWith(HOUR_MS);
    await write(event("node_params_changed", START_MS + 5, "busy"));
    expect(calls).toEqual(["BatchGetItemCommand", "PutItemCommand"]);
    for (let minute = 1; minute < 60; minute++)
      await write(event("node_ts_data", START_MS + minute * 60_000, "busy"));
    expect(calls).toHaveLength(2);
    expect((await row("busy"))?.lastSeenMs).toBe(START_MS);
    await write(event("node_params_changed", START_MS + HOUR_MS, "busy"));
    expect(calls).toHaveLength(4);
    expect((await row("busy"))?.lastSeenMs).toBe(START_MS + HOUR_MS);
    await write(event("node_params_changed", START_MS + 7, "busy"));
    expect(calls.slice(4)).toEqual(["BatchGetItemCommand"]);
  });

  it("nodeStatusSink writes a row again for a replay, although it knows that it has written it", async () => {
    const { write } = sinkWith(HOUR_MS);
    const frequent = event("node_ts_data", START_MS + 5, "wiped");
    await write(frequent);
    await tables.client.send(
      new DeleteItemCommand({ TableName: nodeStatusTable.name, Key: statusKey("wiped") }),
    );
    await write(frequent);
    expect(await row("wiped")).toBeUndefined();
    await write({ ...frequent, replay: { job: "job-1" } });
    expect((await row("wiped"))?.lastSeenMs).toBe(START_MS);
  });

  it("nodeStatusSink ignores frequent events when the interval is 0", async () => {
    const { calls, write } = sinkWith(0);
    await write(event("node_params_changed", START_MS, "unwanted"));
    expect(calls).toEqual([]);
    expect(await row("unwanted")).toBeUndefined();
  });

  it("nodeStatusSink reads the row for a duplicate, but does not write it", async () => {
    const { calls, write } = sinkWith(HOUR_MS);
    const connected = event("node_connected", START_MS + 5, "twice");
    await write(connected);
    calls.length = 0;
    await write(connected);
    expect(calls).toEqual(["BatchGetItemCommand"]);
  });

  it("nodeStatusSink writes a connect or disconnect of a known node with one conditional put", async () => {
    const { calls, write } = sinkWith(HOUR_MS);
    await write(event("node_connected", START_MS + 5, "known"));
    calls.length = 0;
    await write(event("node_disconnected", START_MS + 50, "known"));
    expect(calls).toEqual(["BatchGetItemCommand", "PutItemCommand"]);
  });

  it("nodeStatusSink stores transitions with the status of their node, at no cost", async () => {
    const { write } = sinkWith(HOUR_MS);
    const story = [
      event("node_connected", START_MS, "lived"),
      event("node_disconnected", START_MS + 1000, "lived"),
      event("node_connected", START_MS + 4000, "lived"),
    ];
    await write(...story.toReversed());
    await write(...story);
    const reader = { client: tables.client, tableName: nodeTimelineTable.name };
    const timeline = await readTimeline(
      reader,
      "lived",
      {
        fromMs: START_MS - 1000,
        toMs: START_MS + 60_000,
        nowMs: START_MS + 10_000,
      },
      await connectionOf("lived"),
    );
    expect(timeline).toEqual({
      before: "unknown",
      transitions: [
        { atMs: START_MS, state: "online" },
        { atMs: START_MS + 1000, state: "offline" },
        { atMs: START_MS + 4000, state: "online" },
      ],
      uptime: { onlineMs: 7000, offlineMs: 3000, unknownMs: 1000, share: 0.7, drops: 1 },
    });
    const later = await readTimeline(
      reader,
      "lived",
      {
        fromMs: START_MS + 2000,
        toMs: START_MS + 3000,
        nowMs: 2e12,
      },
      await connectionOf("lived"),
    );
    expect(later).toMatchObject({
      before: "offline",
      transitions: [],
      uptime: { offlineMs: 1000, drops: 0 },
    });
    expect(await timelineItemsOf("lived")).toEqual([]);
  });

  it("nodeStatusSink moves the oldest transitions to the timeline, many in one item with an expiry", async () => {
    const { write } = sinkWith(HOUR_MS);
    const changes = Array.from({ length: 40 }, (_, index) =>
      event(
        index % 2 === 0 ? "node_connected" : "node_disconnected",
        START_MS + index * 1000,
        "flapping",
      ),
    );
    for (const change of changes) await write(change);
    const items = await timelineItemsOf("flapping");
    expect(items.map(({ expiresAtS }) => Number(expiresAtS?.N) - 30 * 86_400)).toEqual([
      START_MS / 1000 + 24,
    ]);
    // A repeated delivery writes the same transition to the timeline again, and leaves the status
    // as it is.
    await write(...changes.slice(0, 2));
    const reader = { client: tables.client, tableName: nodeTimelineTable.name };
    const range = { fromMs: START_MS, toMs: START_MS + 40_000, nowMs: START_MS + 40_000 };
    const timeline = await readTimeline(reader, "flapping", range, await connectionOf("flapping"));
    expect(timeline.transitions).toHaveLength(40);
    expect(timeline.uptime).toMatchObject({ onlineMs: 20_000, offlineMs: 20_000, drops: 20 });
    const late = { fromMs: START_MS + 10_500, toMs: START_MS + 12_000, nowMs: START_MS + 40_000 };
    expect(
      await readTimeline(reader, "flapping", late, await connectionOf("flapping")),
    ).toMatchObject({
      before: "online",
      transitions: [{ atMs: START_MS + 11_000, state: "offline" }],
    });
  });

  it("nodeStatusSink stores alerts in the timeline, and users and tags beside the status", async () => {
    const { calls, write } = sinkWith(HOUR_MS);
    const alert = event("alert", START_MS, "home", "d1");
    await write(
      alert,
      event("user_node_added", START_MS, "home"),
      event("new_tags_added", START_MS, "home"),
    );
    expect(await row("home")).toMatchObject({ users: [{ userId: "u" }], tags: ["t"] });
    const reader = { client: tables.client, tableName: nodeTimelineTable.name };
    expect(await readAlerts(reader, "home", { fromMs: 0, toMs: START_MS + 1, limit: 9 })).toEqual({
      alerts: [{ atMs: START_MS, text: "hot", deliveryId: "d1" }],
      next: undefined,
    });
    calls.length = 0;
    await write(event("node_connected", START_MS + 1, "home"));
    expect(calls).toEqual(["BatchGetItemCommand", "PutItemCommand"]);
  });

  it("nodeStatusSink fails only the items whose table is missing", async () => {
    const sink = nodeStatusSink({
      client: tables.client,
      tableName: nodeStatusTable.name,
      timelineTableName: "nowhere",
      timelineDays: 30,
      seenIntervalMs: 0,
    });
    const items = [event("alert", START_MS, "half"), event("node_registered", START_MS, "whole")];
    const failures = await sink.write(items.map((value, at) => ({ id: String(at), value })));
    expect(failures).toMatchObject([
      { id: "0", error: { code: "sink-unavailable", permanent: false } },
    ]);
    expect(await row("whole")).toBeDefined();
  });
});
