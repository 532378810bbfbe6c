import type { DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { DAY_MS } from "@rainhooks/core/durations";
import { batchWrite, MAX_WRITES_PER_CALL } from "@rainhooks/dynamodb/batch-write";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import fc from "fast-check";
import { NO_CLOCK } from "./connection.ts";
import { nodeTimelineTable } from "./node-status-tables.ts";
import type { ConnectionHistory } from "./read-node.ts";
import { readTimeline } from "./timeline.ts";
import { transitionItems } from "./timeline-item.ts";
import type { Transition } from "./transition.ts";
import { collapse } from "./uptime.ts";

const NOW_MS = Date.UTC(2026, 10, 24);
const FIRST_MS = NOW_MS - 200 * DAY_MS;

/**
 * Groups of transitions as late and early events make them: their items overlap, and each
 * transition is at its own time.
 */
const groups = fc
  .uniqueArray(fc.integer({ min: FIRST_MS / DAY_MS, max: NOW_MS / DAY_MS - 1 }), {
    minLength: 1,
    maxLength: 60,
  })
  .chain((days) =>
    fc.array(fc.nat(5), { minLength: days.length, maxLength: days.length }).map((numbers) => {
      const all = days.map(
        (day): Transition => ({ atMs: day * DAY_MS, state: day % 2 === 0 ? "online" : "offline" }),
      );
      return [0, 1, 2, 3, 4, 5].map((number) =>
        all.filter((_, index) => numbers[index] === number).sort((a, b) => a.atMs - b.atMs),
      );
    }),
  );

describe("a timeline in many items", () => {
  let tables: TestTables;
  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeTimelineTable);
  });
  afterAll(() => tables.stop());

  it("a timeline in many items is the same as in one list, and no item is read twice, for any range", async () => {
    let node = 0;
    const time = fc.integer({ min: FIRST_MS - DAY_MS, max: NOW_MS });
    const property = fc.asyncProperty(groups, time, time, async (written, a, b) => {
      const nodeId = `n${node++}`;
      const items = written.flatMap((transitions) => transitionItems(nodeId, transitions, DAY_MS));
      const requests = items.map((Item) => ({ PutRequest: { Item } }));
      for (const batch of chunk(requests, MAX_WRITES_PER_CALL))
        await batchWrite(batch, { client: tables.client, tableName: nodeTimelineTable.name });
      const fromMs = Math.min(a, b);
      const toMs = Math.max(a, b);
      const { client, read } = noting(tables.client);
      const reader = { client, tableName: nodeTimelineTable.name };
      const timeline = await readTimeline(reader, nodeId, { fromMs, toMs, nowMs: NOW_MS }, MOVED);
      const all = written.flat().sort((one, other) => one.atMs - other.atMs);
      const before = all.findLast(({ atMs }) => atMs < fromMs)?.state ?? "unknown";
      const inRange = all.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
      expect(timeline).toMatchObject({ before, transitions: collapse(inRange, before) });
      expect(read.length).toBe(new Set(read).size);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

/** A node all of whose transitions are in the timeline table. */
const MOVED: ConnectionHistory = {
  connected: NO_CLOCK,
  disconnected: NO_CLOCK,
  recent: { transitions: [], fromMs: NOW_MS },
};

/** A client, and the keys of the items that it has read. */
function noting(client: DynamoDBClient): {
  readonly client: DynamoDBClient;
  readonly read: string[];
} {
  const read: string[] = [];
  const noted = new Proxy(client, {
    get: (target, name) => {
      if (name !== "send") return Reflect.get(target, name);
      return async (command: QueryCommand) => {
        const response = await target.send(command);
        read.push(...(response.Items ?? []).map((item) => item["item"]?.S ?? ""));
        return response;
      };
    },
  });
  return { client: noted, read };
}
