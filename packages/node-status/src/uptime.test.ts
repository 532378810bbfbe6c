import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { deliveryOf } from "@rainhooks/testing/samples";
import { NO_FACTS } from "./facts.ts";
import { nodeStatusSink } from "./node-status-sink.ts";
import { nodeStatusTable, nodeTimelineTable } from "./node-status-tables.ts";
import { readConnection, readNode } from "./read-node.ts";
import { readTimeline } from "./timeline.ts";
import { collapse, inOrder, uptimeOf } from "./uptime.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 1_800_000_000_500;

describe("the timeline", () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeStatusTable);
    await tables.create(nodeTimelineTable);
  });
  afterAll(() => tables.stop());

  const stage = () => ({
    nodes: { client: tables.client, tableName: nodeStatusTable.name },
    timelines: { client: tables.client, tableName: nodeTimelineTable.name },
  });

  /** Writes connects and disconnects. Those in `forgotten` have expired from the timeline. */
  async function live(
    nodeId: string,
    changes: readonly [online: boolean, timestamp: number, sentAtMs?: number][],
    forgotten = false,
  ) {
    const items = changes.map(
      (
        [online, timestamp, sentAtMs = (timestamp < 1e11 ? timestamp * 1000 : timestamp) + 50],
        index,
      ) => {
        const event_type = `rmaker.event.node_${online ? "connected" : "disconnected"}`;
        const decoded = decode(
          deliveryOf({ event_type, timestamp, event_data: { node_id: nodeId } }, { sentAtMs }),
        );
        if (decoded.kind !== "event") throw new Error("not an event");
        return { id: String(index), value: decoded.event };
      },
    );
    const name = forgotten ? "forgotten" : nodeTimelineTable.name;
    if (forgotten) await tables.create({ ...nodeTimelineTable, name }).catch(() => undefined);
    const sink = nodeStatusSink({
      ...stage().nodes,
      timelineTableName: name,
      timelineDays: 90,
      seenIntervalMs: 0,
    });
    expect(await sink.write(items)).toEqual([]);
  }

  async function timelineOf(nodeId: string, fromMs: number, toMs = NOW_MS) {
    const { nodes, timelines } = stage();
    const row = (await readConnection(nodes, nodeId)) ?? NO_FACTS;
    return readTimeline(timelines, nodeId, { fromMs, toMs, nowMs: NOW_MS }, row);
  }

  it("the timeline includes a connection that began before the oldest transition in the timeline", async () => {
    await live("stable", [[true, NOW_MS - 100 * DAY_MS]], true);
    expect(await timelineOf("stable", NOW_MS - 7 * DAY_MS)).toEqual({
      before: "online",
      transitions: [],
      uptime: { onlineMs: 7 * DAY_MS, offlineMs: 0, unknownMs: 0, share: 1, drops: 0 },
    });
    expect((await timelineOf("stable", NOW_MS - 101 * DAY_MS)).uptime).toMatchObject({
      unknownMs: DAY_MS,
      onlineMs: 100 * DAY_MS,
    });
  });

  it("the timeline counts time as unknown that neither timeline nor row covers", async () => {
    const ago = (days: number) => NOW_MS - days * DAY_MS;
    const changes = Array.from({ length: 40 }, (_, day): [boolean, number] => [
      day % 2 === 1,
      ago(100 - day),
    ]);
    await live("busy", [...changes, [true, ago(3)]], true);
    // The row contains the last eight transitions, from 67 days ago.
    const { before, uptime } = await timelineOf("busy", ago(120));
    expect(before).toBe("unknown");
    expect(uptime).toMatchObject({
      unknownMs: 53 * DAY_MS,
      onlineMs: 64 * DAY_MS,
      offlineMs: 3 * DAY_MS,
    });
  });

  it("the timeline counts a drop of a node whose first event is a disconnect", async () => {
    await live("dropped", [[false, NOW_MS - 5000]]);
    const { transitions, uptime } = await timelineOf("dropped", NOW_MS - 10_000);
    expect(transitions).toEqual([{ atMs: NOW_MS - 5000, state: "offline" }]);
    expect(uptime).toMatchObject({ drops: 1, unknownMs: 5000, offlineMs: 5000 });
  });

  it("the timeline counts one drop for a take-over within a second, however many users' copies are interleaved", async () => {
    const second = Math.floor(NOW_MS / 1000) - 60;
    const copies = [0, 100, 200, 300].map((ms): [boolean, number, number] => [
      (ms / 100) % 2 === 0,
      second,
      second * 1000 + ms,
    ]);
    await live("taken-over", [[true, second - 60], ...copies]);
    const { before, transitions, uptime } = await timelineOf("taken-over", NOW_MS - 70_000);
    expect(before).toBe("online");
    expect(transitions).toEqual([
      { atMs: second * 1000, state: "offline" },
      { atMs: second * 1000, state: "online" },
    ]);
    expect(uptime).toMatchObject({ drops: 1, offlineMs: 0 });
    expect((await readNode(stage().nodes, "taken-over"))?.state).toBe("online");
  });

  it("the timeline counts one drop for a take-over without times, however many users' copies there are", async () => {
    const atMs = NOW_MS - 60_000;
    await live("untimed", [
      [true, NOW_MS - 600_000],
      ...[0, 50, 100, 150, 200, 250].map((ms): [boolean, number, number] => [
        ms % 100 === 50,
        0,
        atMs + ms,
      ]),
    ]);
    expect((await timelineOf("untimed", NOW_MS - 70_000)).uptime).toMatchObject({ drops: 1 });
    expect((await readNode(stage().nodes, "untimed"))?.state).toBe("online");
  });

  it("the timeline has an end of a connection that did not last a second", async () => {
    const second = Math.floor(NOW_MS / 1000) - 60;
    await live("short", [
      [false, second - 60],
      [false, second],
      [true, second],
    ]);
    const { transitions } = await timelineOf("short", NOW_MS - 70_000);
    expect(transitions.map(({ state }) => state)).toEqual(["online", "offline"]);
    expect((await readNode(stage().nodes, "short"))?.state).toBe("offline");
  });

  it("the timeline ends in the state of the row if the row decided by SNS's clock", async () => {
    const connectMs = NOW_MS - 60_000;
    await live("wrong", [
      [true, connectMs + 900_000, connectMs],
      [false, connectMs - 40, connectMs + 3000],
    ]);
    expect((await readNode(stage().nodes, "wrong"))?.state).toBe("offline");
    const { transitions } = await timelineOf("wrong", NOW_MS - 70_000);
    expect(transitions.at(-1)?.state).toBe("offline");
    // In a range after all transitions the node is offline the whole time, and there are no drops.
    const later = await timelineOf("wrong", NOW_MS - 30_000);
    expect(later).toMatchObject({
      before: "offline",
      transitions: [],
      uptime: { drops: 0, onlineMs: 0 },
    });
  });

  it("the timeline ends as the row: a clock that is ahead does not hide a disconnect that SNS received later", async () => {
    const connectMs = NOW_MS - 60_000;
    await live("ahead", [
      [true, connectMs + 4000, connectMs],
      [false, 0, connectMs + 2500],
    ]);
    expect((await readNode(stage().nodes, "ahead"))?.state).toBe("offline");
    const secondMs = Math.floor((connectMs + 2500) / 1000) * 1000;
    expect((await timelineOf("ahead", NOW_MS - 70_000)).transitions).toEqual([
      { atMs: secondMs, state: "offline" },
      { atMs: connectMs + 4000, state: "online" },
      { atMs: connectMs + 4000, state: "offline" },
    ]);
    const { transitions } = await timelineOf("ahead", NOW_MS - 70_000, connectMs + 4000);
    expect(transitions).toEqual([{ atMs: secondMs, state: "offline" }]);
  });

  it("the timeline has no uptime for a time in the future", async () => {
    await live("future", [[true, NOW_MS - 5000]]);
    expect(await timelineOf("future", NOW_MS + 1000, NOW_MS + 2000)).toEqual({
      before: "online",
      transitions: [],
      uptime: { onlineMs: 0, offlineMs: 0, unknownMs: 0, share: undefined, drops: 0 },
    });
  });
});

describe("transitions", () => {
  const at = (atMs: number, state: "online" | "offline") => ({ atMs, state });

  it("transitions are in the order of their times, and those of one moment in the order that changes the state", () => {
    const both = [at(5, "online"), at(5, "offline")];
    expect(inOrder([at(7, "offline"), at(3, "online")])).toEqual([
      at(3, "online"),
      at(7, "offline"),
    ]);
    expect(inOrder(both)).toEqual([at(5, "offline"), at(5, "online")]);
    expect(inOrder([...both, at(1, "online")]).slice(1)).toEqual([
      at(5, "offline"),
      at(5, "online"),
    ]);
    expect(inOrder([...both, at(1, "offline")]).slice(1)).toEqual([
      at(5, "online"),
      at(5, "offline"),
    ]);
    expect(inOrder([at(1, "offline"), at(5, "offline"), at(6, "online")])).toHaveLength(3);
  });

  it("transitions to the state that a node already has are left out", () => {
    const all = [
      at(1, "online"),
      at(2, "online"),
      at(3, "offline"),
      at(4, "offline"),
      at(5, "online"),
    ];
    expect(collapse(all, "unknown").map(({ atMs }) => atMs)).toEqual([1, 3, 5]);
    expect(collapse(all, "online").map(({ atMs }) => atMs)).toEqual([3, 5]);
  });

  it("uptime is measured from the state before the first transition", () => {
    const all = [at(10, "offline"), at(30, "online"), at(60, "offline")];
    expect(uptimeOf(all, "online", 0, 100)).toEqual({
      onlineMs: 10 + 30,
      offlineMs: 20 + 40,
      unknownMs: 0,
      share: 0.4,
      drops: 2,
    });
    expect(uptimeOf(all, "unknown", 0, 100)).toMatchObject({
      unknownMs: 10,
      share: 30 / 90,
      drops: 2,
    });
    expect(uptimeOf(all.slice(0, 1), "offline", 0, 100)).toMatchObject({
      offlineMs: 100,
      drops: 0,
    });
    expect(uptimeOf([], "unknown", 0, 100)).toMatchObject({ unknownMs: 100, share: undefined });
  });
});
