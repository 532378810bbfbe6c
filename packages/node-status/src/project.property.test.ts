import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { chunk } from "@rainhooks/core/collections";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { attempts } from "@rainhooks/testing/hostile";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { stateOf } from "./connection.ts";
import { equalFacts, joinFacts, NO_FACTS } from "./facts.ts";
import { isMemberEvent, membershipOf } from "./members.ts";
import { encodeNode } from "./node-item.ts";
import { nodeStatusSink } from "./node-status-sink.ts";
import { nodeStatusTable, nodeTimelineTable } from "./node-status-tables.ts";
import { project as projectFor } from "./project.ts";
import { readConnection, readNode, toNodeStatus } from "./read-node.ts";
import { intervalField, notingExtension } from "./testing/interval-field.ts";
import { readTimeline } from "./timeline.ts";

/** A time within a few seconds, so that ties are common. */
const time = fc
  .integer({ min: 0, max: 5000 })
  .map((ms) => 1_700_000_000_000 + (ms % 1000 === 0 ? ms + 1 : ms));
const story = fc.record({
  type: fc.constantFrom(
    "node_connected",
    "node_disconnected",
    "alert",
    "user_node_ota",
    "node_params_changed",
    "node_config_changed",
    "user_node_added",
    "user_node_removed",
    "new_tags_added",
  ),
  atMs: time,
  delayMs: fc.integer({ min: 0, max: 2000 }),
  users: fc.uniqueArray(fc.constantFrom("u1", "u2", "u3"), { minLength: 1 }),
});
/**
 * RainMaker writes its times in one of two formats: milliseconds, or text that ends at the second.
 */
const stories = fc
  .tuple(fc.array(story, { minLength: 1, maxLength: 8 }), fc.boolean())
  .map(([list, wholeSeconds]) => list.map((one) => ({ ...one, wholeSeconds })));
type Story = (typeof story extends fc.Arbitrary<infer S> ? S : never) & {
  readonly wholeSeconds: boolean;
};

const INTERVAL_MS = 1000;
const project = (events: readonly RainmakerEvent[]) => projectFor(events, INTERVAL_MS);

let sequence = 0;

/** Returns the events of a story: one copy per user, each with its own delivery. */
function eventsOf(
  { type, atMs, delayMs, users, wholeSeconds }: Story,
  nodeId: string,
): RainmakerEvent[] {
  const Timestamp = wholeSeconds ? Math.floor(atMs / 1000) : atMs;
  return users.map((UserId) => {
    sequence += 1;
    const body = {
      EventType: `rmaker.event.${type}`,
      Timestamp,
      EventData: {
        NodeId: nodeId,
        nodes: [nodeId],
        UserId,
        message_body: "{}",
        payload: "{}",
        config: { info: { fw_version: String(atMs) } },
        tags: [`t${atMs % 7}`],
      },
    };
    const decoded = decode(deliveryOf(body, { id: `d${sequence}`, sentAtMs: atMs + delayMs }));
    if (decoded.kind !== "event") throw new Error("a story must make events");
    return decoded.event;
  });
}

const anyEvents = stories.map((list) => list.flatMap((one) => eventsOf(one, "n")));
/** Events, some of them twice, in any order. */
const anyHistory = anyEvents.chain((events) =>
  fc.tuple(
    fc.constant(events),
    fc
      .subarray(events)
      .chain((again) =>
        fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }),
      ),
  ),
);

describe("the projection", () => {
  it("the projection has the same result for any order and any duplicates", () => {
    fc.assert(
      fc.property(anyHistory, ([events, history]) => {
        expect(project(history)).toEqual(project(events));
      }),
      { numRuns: attempts(200, 1000) },
    );
  });

  it("the projection has the same result however the events are split into batches", () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 1, max: 5 }), ([events, history], size) => {
        let state = NO_FACTS;
        for (let at = 0; at < history.length; at += size) {
          state = joinFacts(state, project(history.slice(at, at + size)));
        }
        expect(state).toEqual(project(events));
        expect(equalFacts(state, project(events))).toBe(true);
      }),
      { numRuns: attempts(200, 1000) },
    );
  });

  it("the projection equals a replay of each event once, in order", () => {
    fc.assert(
      fc.property(anyHistory, ([events, history]) => {
        const last = naiveTransitions(events).at(-1);
        const expected =
          last === undefined
            ? { state: "unknown", sinceMs: undefined }
            : { state: last.online ? "online" : "offline", sinceMs: last.atMs };
        expect(stateOf(project(history))).toEqual(expected);
      }),
      { numRuns: attempts(200, 1000) },
    );
  });
});

const NOTING = notingExtension(intervalField("alive", ["rmaker.event.node_params_changed"]));

describe.each([
  ["alone", []],
  ["with an extension", [NOTING]],
])("the table, %s", (_, extensions) => {
  let tables: TestTables;
  let runs = 0;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeStatusTable);
    await tables.create(nodeTimelineTable);
  });
  afterAll(() => tables.stop());

  it("the projection has the same row when batches are written in any order and in parallel", async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.integer({ min: 1, max: 4 }), async (list, size) => {
        runs += 1;
        const nodeId = `node-${runs}`;
        const events = list.flatMap((one) => eventsOf(one, nodeId));
        const history = [...events, ...events.toReversed()];
        const batches = Array.from({ length: Math.ceil(history.length / size) }, (_, index) =>
          history
            .slice(index * size, (index + 1) * size)
            .map((value, at) => ({ id: `${index}-${at}`, value })),
        );
        const retry = { attempts: 50, baseMs: 1, capMs: 4, random: Math.random, sleep: pause };
        const sink = nodeStatusSink({
          client: tables.client,
          tableName: nodeStatusTable.name,
          timelineTableName: nodeTimelineTable.name,
          timelineDays: 36_500,
          seenIntervalMs: INTERVAL_MS,
          extensions,
          retry,
        });
        const failures = await Promise.all(batches.map((batch) => sink.write(batch)));
        expect(failures.flat()).toEqual([]);
        const facts = project(events);
        const row = await readNode(
          { client: tables.client, tableName: nodeStatusTable.name },
          nodeId,
        );
        const tags = events.flatMap(({ data }) => ("tags" in data ? data.tags : []));
        expect(row).toEqual({
          ...toNodeStatus(encodeNode(facts, nodeId)),
          users: naiveUsers(events),
          tags: [...new Set(tags)].sort(),
        });
        expect(row).toMatchObject(stateOf(facts));
        const connection = await readConnection(
          { client: tables.client, tableName: nodeStatusTable.name },
          nodeId,
        );
        const reader = { client: tables.client, tableName: nodeTimelineTable.name };
        const timeline = await readTimeline(
          reader,
          nodeId,
          { fromMs: 0, toMs: 2e12, nowMs: 2e12 },
          connection ?? NO_FACTS,
        );
        expect(timeline.transitions.at(-1)?.state ?? "unknown").toBe(stateOf(facts).state);
        expect(timeline.uptime).toEqual(naiveUptime(events, 2e12));
      }),
      { numRuns: 40 },
    );
  });

  it("the projection has every transition of a node that connects and disconnects often, for any batches", async () => {
    const changes = fc.uniqueArray(
      fc.record({
        type: fc.constantFrom("node_connected", "node_disconnected"),
        atMs: fc.integer({ min: 1_700_000_000_001, max: 1_700_000_000_150 }),
        delayMs: fc.constant(0),
        users: fc.constant<"u1"[]>(["u1"]),
      }),
      { selector: ({ atMs, type }) => `${atMs} ${type}`, minLength: 20, maxLength: 120 },
    );
    const anyTime = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_160 });
    const nowMs = 1_700_001_000_000;
    await fc.assert(
      fc.asyncProperty(
        changes,
        fc.integer({ min: 1, max: 40 }),
        anyTime,
        async (list, size, fromMs) => {
          fc.pre(!endsInPairs(list));
          runs += 1;
          const nodeId = `often-${runs}`;
          const events = list.flatMap((one) => eventsOf({ ...one, wholeSeconds: false }, nodeId));
          const retry = { attempts: 80, baseMs: 1, capMs: 4, random: Math.random, sleep: pause };
          const sink = nodeStatusSink({
            client: tables.client,
            tableName: nodeStatusTable.name,
            timelineTableName: nodeTimelineTable.name,
            timelineDays: 36_500,
            seenIntervalMs: 0,
            extensions,
            retry,
          });
          const items = [...events, ...events.slice(0, 10)].map((value, at) => ({
            id: String(at),
            value,
          }));
          const failures = await Promise.all(chunk(items, size).map((batch) => sink.write(batch)));
          expect(failures.flat()).toEqual([]);
          const nodes = { client: tables.client, tableName: nodeStatusTable.name };
          const timelines = { client: tables.client, tableName: nodeTimelineTable.name };
          const row = (await readConnection(nodes, nodeId)) ?? NO_FACTS;
          expect(row.recent.transitions.length).toBeLessThanOrEqual(32);
          const whole = await readTimeline(
            timelines,
            nodeId,
            { fromMs: 0, toMs: nowMs, nowMs },
            row,
          );
          expect(whole.uptime).toEqual(naiveUptime(events, nowMs));
          const part = await readTimeline(timelines, nodeId, { fromMs, toMs: nowMs, nowMs }, row);
          const before = naiveTransitions(events).findLast(({ atMs }) => atMs < fromMs);
          const state = before === undefined ? "unknown" : before.online ? "online" : "offline";
          expect(part.before).toBe(state);
        },
      ),
      { numRuns: 25 },
    );
  });
});

/**
 * Returns the transitions of a node. A moment with both leaves the state as it was, so the state
 * before a moment is that of the last moment with only one before it, else the contrary of the
 * first one after it. If there is neither, the order of SNS decides.
 */
function naiveTransitions(events: readonly RainmakerEvent[]): { atMs: number; online: boolean }[] {
  const moments = new Map<number, Map<boolean, number>>();
  for (const { type, atMs, sentAtMs } of events) {
    if (type !== "rmaker.event.node_connected" && type !== "rmaker.event.node_disconnected")
      continue;
    const online = type === "rmaker.event.node_connected";
    const sent = moments.get(atMs) ?? new Map<boolean, number>();
    moments.set(atMs, sent.set(online, Math.min(sentAtMs, sent.get(online) ?? sentAtMs)));
  }
  const sorted = [...moments].sort(([a], [b]) => a - b);
  const [firstAlone] = sorted.filter(([, sent]) => sent.size === 1);
  let online = firstAlone === undefined ? !naiveWasShort(sorted.at(-1)) : !firstAlone[1].has(true);
  if (firstAlone === sorted[0]) online = true;
  return sorted.flatMap(([atMs, sent]) => {
    if (sent.size === 2) return [!online, online].map((state) => ({ atMs, online: state }));
    online = sent.has(true);
    return [{ atMs, online }];
  });
}

function naiveWasShort(
  moment: readonly [number, ReadonlyMap<boolean, number>] | undefined,
): boolean {
  const [atMs = 0, sent] = moment ?? [];
  const on = sent?.get(true) ?? 0;
  const off = sent?.get(false) ?? 0;
  return atMs % 1000 === 0 && off > on && on < atMs + 5000 && off < atMs + 5000;
}

/**
 * Whether the last four moments each have a connect and a disconnect: what was before them is not
 * looked at (see `lastLone`).
 */
function endsInPairs(list: readonly { readonly atMs: number }[]): boolean {
  const times = list.map(({ atMs }) => atMs).sort((a, b) => a - b);
  return times.length >= 8 && new Set(times.slice(-8)).size === 4;
}

/** Calculates uptime in a simple, slow way. */
function naiveUptime(events: readonly RainmakerEvent[], endMs: number) {
  const changes = naiveTransitions(events);
  const spent = { onlineMs: 0, offlineMs: 0, unknownMs: changes[0]?.atMs ?? endMs };
  let drops = 0;
  for (const [index, { atMs, online }] of changes.entries()) {
    const untilMs = changes[index + 1]?.atMs ?? endMs;
    if (online) spent.onlineMs += untilMs - atMs;
    else spent.offlineMs += untilMs - atMs;
    if (!online && changes[index - 1]?.online !== false) drops += 1;
  }
  const knownMs = spent.onlineMs + spent.offlineMs;
  return { ...spent, share: knownMs === 0 ? undefined : spent.onlineMs / knownMs, drops };
}

/** Returns the users of a node: those whose last event added them. */
function naiveUsers(events: readonly RainmakerEvent[]) {
  const byUser = Map.groupBy(events.filter(isMemberEvent), ({ data }) => data.userId ?? "");
  const last = [...byUser].map(([userId, changes]) => ({ userId, ...membershipOf(changes) }));
  return last
    .filter(({ member }) => member)
    .map(({ userId, role, atMs }) => ({ userId, role, sinceMs: atMs }))
    .sort((a, b) => a.sinceMs - b.sinceMs || (a.userId < b.userId ? -1 : 1));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
