import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { decode, type RainmakerEvent } from "@rainhooks/core";
import { startTables, type TestTables } from "@rainhooks/stage/testing";
import { deliveryOf } from "@rainhooks/testing";
import fc from "fast-check";
import { project } from "./project.ts";
import { readNode } from "./read.ts";
import { joinClocks, NO_CLOCKS, stateOf } from "./status.ts";
import { nodeStatusTable } from "./table.ts";
import { nodeStatusSink } from "./write.ts";

/** A time within a few seconds, so that ties are common. */
const time = fc.integer({ min: 0, max: 5000 }).map((ms) => 1_700_000_000_000 + ms);
const story = fc.record({
  type: fc.constantFrom("node_connected", "node_disconnected", "alert", "user_node_ota"),
  atMs: time,
  delayMs: fc.integer({ min: 0, max: 2000 }),
  users: fc.uniqueArray(fc.constantFrom("u1", "u2", "u3"), { minLength: 1 }),
  wholeSeconds: fc.boolean(),
});
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never;

let sequence = 0;

/** The events that a story makes: one copy per user, each a delivery of its own. */
function eventsOf({ type, atMs, delayMs, users, wholeSeconds }: Story, nodeId: string): RainmakerEvent[] {
  const Timestamp = wholeSeconds ? Math.floor(atMs / 1000) : atMs;
  return users.map((UserId) => {
    sequence += 1;
    const body = {
      EventType: `rmaker.event.${type}`,
      Timestamp,
      EventData: { NodeId: nodeId, UserId, message_body: "{}" },
    };
    const decoded = decode(deliveryOf(body, { id: `d${sequence}`, sentAtMs: atMs + delayMs }));
    if (decoded.kind !== "event") throw new Error("a story must make events");
    return decoded.event;
  });
}

const anyEvents = fc
  .array(story, { minLength: 1, maxLength: 8 })
  .map((stories) => stories.flatMap((one) => eventsOf(one, "n")));
/** Events with some of them again, in any order. */
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
  it("comes to the same state for any order and any duplicates", () => {
    fc.assert(
      fc.property(anyHistory, ([events, history]) => {
        expect(project(history)).toEqual(project(events));
      }),
      { numRuns: 1000 },
    );
  });

  it("comes to the same state however the events are split into batches", () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 1, max: 5 }), ([events, history], size) => {
        let state = NO_CLOCKS;
        for (let at = 0; at < history.length; at += size) {
          state = joinClocks(state, project(history.slice(at, at + size)));
        }
        expect(state).toEqual(project(events));
      }),
      { numRuns: 1000 },
    );
  });

  it("says what a reader says who sees each event once, in the order in which they happened", () => {
    fc.assert(
      fc.property(anyHistory, ([events, history]) => {
        const inOrder = events
          .filter(
            ({ type }) => type === "rmaker.event.node_connected" || type === "rmaker.event.node_disconnected",
          )
          .map(({ type, atMs, sentAtMs }) => ({
            online: type === "rmaker.event.node_connected",
            atMs,
            tieMs: atMs % 1000 === 0 ? sentAtMs : 0,
          }))
          .sort((a, b) => a.atMs - b.atMs || a.tieMs - b.tieMs || Number(a.online) - Number(b.online));
        const last = inOrder.at(-1);
        const expected =
          last === undefined
            ? { state: "unknown", sinceMs: undefined }
            : { state: last.online ? "online" : "offline", sinceMs: last.atMs };
        expect(stateOf(project(history))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the table", () => {
  let tables: TestTables;
  let runs = 0;

  beforeAll(async () => {
    tables = await startTables();
    await tables.create(nodeStatusTable);
  });
  afterAll(() => tables.stop());

  it("comes to the same row when batches in any order are written at the same time", async () => {
    const stories = fc.array(story, { minLength: 1, maxLength: 6 });
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
        const sink = nodeStatusSink({ client: tables.client, tableName: nodeStatusTable.name, retry });
        const failures = await Promise.all(batches.map((batch) => sink.write(batch)));
        expect(failures.flat()).toEqual([]);
        const clocks = project(events);
        const row = await readNode({ client: tables.client, tableName: nodeStatusTable.name }, nodeId);
        expect(row).toMatchObject({ nodeId, ...stateOf(clocks), lastEvent: clocks.lastEvent });
      }),
      { numRuns: 40 },
    );
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
