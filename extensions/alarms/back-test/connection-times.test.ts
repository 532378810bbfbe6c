import { expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { factValue, fieldsWith } from "@rainhooks/node-status/facts";
import { project } from "@rainhooks/node-status/project";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { heardField, heardMsOf, intervalsOf } from "../stores/node-fields.ts";
import { recordOf } from "../stores/node-record.ts";
import { connectionOf, connectionTimeOf } from "./node-events.ts";

const START_MS = Date.UTC(2026, 10, 24);
const INTERVAL_MS = 1000;

/**
 * An event: when SNS took it, and the time that it claims: right, in full seconds, wrong, or none.
 */
const events = fc
  .array(
    fc.record({
      type: fc.constantFrom(
        "node_connected",
        "node_disconnected",
        "node_params_changed",
        "user_node_added",
      ),
      atMs: fc.oneof(fc.integer({ min: 0, max: 6000 }), fc.integer({ min: 0, max: 60_000 })),
      delayMs: fc.integer({ min: 0, max: 3000 }),
      claims: fc.constantFrom("right", "right", "seconds", "zero", "ahead", "none"),
    }),
    { maxLength: 12 },
  )
  .map((all) => all.map(eventOf));

interface Sent {
  readonly type: string;
  readonly atMs: number;
  readonly delayMs: number;
  readonly claims: string;
}

function eventOf({ type, atMs, delayMs, claims }: Sent, index: number): RainmakerEvent {
  const trueMs = START_MS + atMs;
  const claimed = {
    right: trueMs,
    seconds: Math.floor(trueMs / 1000),
    zero: 0,
    ahead: trueMs + 86_400_000,
  }[claims];
  const body = {
    event_type: `rmaker.event.${type}`,
    ...(claimed === undefined ? {} : { timestamp: claimed }),
    event_data: { node_id: "n", nodes: ["n"], user_id: "u", payload: "{}" },
  };
  const decoded = decode(deliveryOf(body, { id: `d${index}`, sentAtMs: trueMs + delayMs }));
  if (decoded.kind !== "event") throw new Error("a change must make an event");
  return decoded.event;
}

it("times of connects and disconnects show what their events show", () => {
  fc.assert(
    fc.property(events, (all) => {
      const times = all.flatMap((event) =>
        event.type === "rmaker.event.node_connected" ||
        event.type === "rmaker.event.node_disconnected"
          ? [connectionTimeOf(event)]
          : [],
      );
      const facts = project(all, INTERVAL_MS);
      const expected = recordOf(facts, "n");
      expect(recordOf({ ...facts, ...connectionOf(times) }, "n")).toEqual(expected);
      const inOrder = times.toSorted((a, b) => a.atMs - b.atMs);
      expect(recordOf({ ...facts, ...connectionOf(inOrder) }, "n")).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

it("the intervals of events, put together at once, are those of the events one by one", () => {
  fc.assert(
    fc.property(events, (all) => {
      const starts = all
        .map((event) => heardMsOf(event, INTERVAL_MS))
        .filter((atMs) => atMs !== undefined);
      expect(intervalsOf(INTERVAL_MS, starts)).toEqual(
        factValue(project(all, INTERVAL_MS, fieldsWith([heardField])), heardField),
      );
    }),
  );
});
