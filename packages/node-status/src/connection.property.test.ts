import { describe, expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { stateOf } from "./connection.ts";
import { equalFacts, joinFacts, NO_FACTS } from "./facts.ts";
import { decodeNode, encodeNode } from "./node-item.ts";
import { project } from "./project.ts";

const START_MS = 1_700_000_000_000;

/** What really happened to a node: it connected or disconnected at a time. */
interface Change {
  readonly online: boolean;
  readonly trueMs: number;
}

/** How the timestamp of one event is wrong. */
type Wrong = "right" | "ahead" | "zero" | "missing";

interface Sent extends Change {
  readonly timestamp: unknown;
  readonly sentAtMs: number;
}

let sequence = 0;

function eventOf({ online, timestamp, sentAtMs }: Sent): RainmakerEvent {
  sequence += 1;
  const body = {
    event_type: `rmaker.event.node_${online ? "connected" : "disconnected"}`,
    timestamp,
    event_data: { node_id: "n" },
  };
  const decoded = decode(deliveryOf(body, { id: `d${sequence}`, sentAtMs }));
  if (decoded.kind !== "event") throw new Error("a change must make an event");
  return decoded.event;
}

/**
 * A step of a life: a plain change, a take-over of a session, or a connection that does not last a
 * second.
 */
const plainStep = fc.record({
  kind: fc.constant("plain" as const),
  gapMs: fc.integer({ min: 2000, max: 3_600_000 }),
});
const quickStep = fc.record({
  kind: fc.constant("quick" as const),
  gapMs: fc.integer({ min: 2000, max: 3_600_000 }),
});

/**
 * The changes of a life, in their true order. Both changes of a quick pair are in the same second
 * of RainMaker's clock.
 */
function changesOf(
  steps: readonly { kind: "plain" | "quick"; gapMs: number }[],
  wholeSeconds: boolean,
): Change[] {
  const changes: Change[] = [];
  let nowMs = START_MS;
  let online = false;
  let lastWasQuick = false;
  for (const { kind, gapMs } of steps) {
    nowMs += gapMs;
    // A time in milliseconds that is a whole second would look like a time of the older format.
    if (!wholeSeconds && nowMs % 1000 === 0) nowMs += 1;
    // A row stores only the last of two consecutive short connections (decision 2), so this test
    // makes none.
    if (kind === "plain" || changes.length === 0 || (lastWasQuick && !online)) {
      online = !online;
      lastWasQuick = false;
      changes.push({ online, trueMs: nowMs });
      continue;
    }
    lastWasQuick = true;
    const [firstMs, secondMs] = wholeSeconds
      ? [Math.floor(nowMs / 1000) * 1000 + 100, Math.floor(nowMs / 1000) * 1000 + 900]
      : [nowMs, nowMs];
    changes.push({ online: !online, trueMs: firstMs }, { online, trueMs: secondMs });
  }
  return changes;
}

function timestampOf(trueMs: number, skewMs: number, wholeSeconds: boolean): unknown {
  return wholeSeconds ? Math.floor((trueMs + skewMs) / 1000) : trueMs + skewMs;
}

/** One copy of each change per user; some are delivered twice; in any order. */
function deliveriesOf(sent: readonly Sent[]): fc.Arbitrary<RainmakerEvent[]> {
  const events = sent.map(eventOf);
  return fc
    .subarray(events)
    .chain((again) =>
      fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }),
    );
}

/** Lives whose events have plausible times, however late they are published. */
const plausibleLife = fc
  .record({
    steps: fc.array(fc.oneof(plainStep, quickStep), { minLength: 1, maxLength: 8 }),
    wholeSeconds: fc.boolean(),
    skewMs: fc.integer({ min: -3_600_000, max: 4 }).map((s) => (s > 0 ? s * 1000 : s)),
    users: fc.integer({ min: 1, max: 3 }),
    delays: fc.array(fc.integer({ min: 0, max: 86_400_000 }), { minLength: 60, maxLength: 60 }),
  })
  .chain(({ steps, wholeSeconds, skewMs, users, delays }) => {
    const changes = changesOf(steps, wholeSeconds);
    const wholeSkewMs = Math.floor(skewMs / 1000) * 1000;
    const sent = changes.flatMap((change, index) =>
      Array.from({ length: users }, (_, user) => ({
        ...change,
        timestamp: timestampOf(change.trueMs, wholeSkewMs, wholeSeconds),
        sentAtMs: change.trueMs + (delays[(index * users + user) % delays.length] ?? 0),
      })),
    );
    return fc.tuple(fc.constant(changes), deliveriesOf(sent));
  });

/**
 * Lives with some impossible times. For these events only the time of SNS is known, so they are
 * published soon.
 */
const wrongLife = fc
  .record({
    steps: fc.array(plainStep, { minLength: 1, maxLength: 8 }),
    wholeSeconds: fc.boolean(),
    skewS: fc.integer({ min: -3600, max: 4 }),
    wrongs: fc.array(fc.constantFrom<Wrong>("right", "ahead", "zero", "missing"), {
      minLength: 8,
      maxLength: 8,
    }),
    aheadMs: fc.integer({ min: 5500, max: 1_000_000_000 }),
    users: fc.integer({ min: 1, max: 3 }),
    delays: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 24, maxLength: 24 }),
  })
  .chain(({ steps, wholeSeconds, skewS, wrongs, aheadMs, users, delays }) => {
    const changes = changesOf(steps, wholeSeconds);
    const sent = changes.flatMap((change, index) =>
      Array.from({ length: users }, (_, user) => {
        const wrong = wrongs[index % wrongs.length];
        const right = timestampOf(change.trueMs, skewS * 1000, wholeSeconds);
        // Rounding down to whole seconds must not bring a time ahead back into the past.
        const ahead = timestampOf(change.trueMs, aheadMs + 1000, wholeSeconds);
        return {
          ...change,
          timestamp: { right, ahead, zero: 0, missing: undefined }[wrong ?? "right"],
          sentAtMs: change.trueMs + (delays[(index * users + user) % delays.length] ?? 0),
        };
      }),
    );
    return fc.tuple(fc.constant(changes), deliveriesOf(sent));
  });

function expectTruth(
  changes: readonly Change[],
  deliveries: readonly RainmakerEvent[],
  size: number,
): void {
  let facts = NO_FACTS;
  let changed = 0;
  for (let at = 0; at < deliveries.length; at += size) {
    const stored = decodeNode(encodeNode(facts, "n"));
    if (!equalFacts(stored, facts)) changed += 1;
    facts = joinFacts(stored, project(deliveries.slice(at, at + size), 0));
  }
  expect(changed).toBe(0);
  expect(stateOf(facts).state).toBe(changes.at(-1)?.online ? "online" : "offline");
  expect(equalFacts(facts, project(deliveries, 0))).toBe(true);
}

describe("the state of a node is the true one", () => {
  const size = fc.integer({ min: 1, max: 6 });

  it("the state is true when the clock is plausible, for any delay, order and number of deliveries", () => {
    fc.assert(
      fc.property(plausibleLife, size, ([changes, deliveries], batch) =>
        expectTruth(changes, deliveries, batch),
      ),
      { numRuns: 1500 },
    );
  });

  it("the state is true when the clock is sometimes wrong, for any order and number of deliveries", () => {
    fc.assert(
      fc.property(wrongLife, size, ([changes, deliveries], batch) =>
        expectTruth(changes, deliveries, batch),
      ),
      { numRuns: 1500 },
    );
  });
});

describe("one wrong time does not keep a node in a state forever", () => {
  const at = (offsetMs: number) => START_MS + 500 + offsetMs;
  const change = (online: boolean, trueMs: number, timestamp: unknown): Sent => ({
    online,
    trueMs,
    timestamp,
    sentAtMs: trueMs + 50,
  });
  const MINUTE_MS = 60_000;

  test.each<[string, readonly Sent[], string]>([
    [
      "a connect up to five minutes ahead, then corrected",
      [change(true, at(0), at(299_000)), change(false, at(MINUTE_MS), at(MINUTE_MS))],
      "offline",
    ],
    [
      "a connect 4:59 and a disconnect 5:01 ahead",
      [change(true, at(0), at(299_000)), change(false, at(2000), at(2000 + 301_000))],
      "offline",
    ],
    [
      "a connect of the year 1970 after a disconnect",
      [change(false, at(0), at(0)), change(true, at(MINUTE_MS), 0)],
      "online",
    ],
    [
      "a disconnect of the year 1970 after a connect",
      [change(true, at(0), at(0)), change(false, at(MINUTE_MS), 0)],
      "offline",
    ],
    [
      "a connect ahead whose own disconnect is before the time at which SNS received the connect",
      [
        change(true, at(0), at(900_000)),
        { online: false, trueMs: at(40), timestamp: at(40), sentAtMs: at(3000) },
      ],
      "offline",
    ],
  ])("a wrong time does not keep a node in a state forever: %s", (_, changes, state) => {
    for (const order of [changes, changes.toReversed()]) {
      expect(stateOf(project(order.map(eventOf), 0)).state).toBe(state);
    }
  });

  it("the projection uses the time of the event if the time of the connection is not plausible", () => {
    const body = {
      event_type: "rmaker.event.node_connected",
      timestamp: at(0),
      event_data: { node_id: "n", connectivity: { connected: true, timestamp: 0 } },
    };
    const decoded = decode(deliveryOf(body, { sentAtMs: at(700) }));
    if (decoded.kind !== "event") throw new Error("not an event");
    expect(stateOf(project([decoded.event], 0))).toEqual({ state: "online", sinceMs: at(0) });
  });

  it("a late disconnect never puts a node offline that has reconnected since", () => {
    const late = { ...change(false, at(0), at(0)), sentAtMs: at(86_400_000) };
    const story = [
      change(true, at(-MINUTE_MS), at(-MINUTE_MS)),
      change(true, at(2000), at(2000)),
      late,
    ];
    expect(stateOf(project(story.map(eventOf), 0)).state).toBe("online");
  });
});
