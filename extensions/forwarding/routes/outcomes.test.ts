import { expect, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { RainmakerEvent } from "@rainhooks/core/event";
import type { Attempt } from "../attempts/attempt.ts";
import { contentFilter } from "../destinations/content-filter.ts";
import type { Destination } from "../destinations/destination.ts";
import { destinationOf } from "../destinations/destination-item.ts";
import { readSettings } from "../destinations/read-settings.ts";
import { outcomeLine } from "../views/delivery-lines.ts";
import { attemptsOfDelivery, whyNothing } from "./outcomes.ts";

const AT_MS = 100;

function eventOf(type: string, user_id?: string): RainmakerEvent {
  const event_data = { node_id: "kitchen", user_id, message_body: {} };
  const body = JSON.stringify({ event_type: type, timestamp: 1_700_000_000_000, event_data });
  const decoded = decode({ id: "1", sentAtMs: AT_MS, topic: undefined, attributes: {}, body });
  if (decoded.kind !== "event") throw new Error("It is no event.");
  return decoded.event;
}

const destination = {
  ...destinationOf(readSettings({ id: "crm", url: "https://example.com" }), { nowMs: 1 }),
};
const missed = (fromMs: number, toMs: number) => ({ destination: "crm", missed: { fromMs, toMs } });

test.each([
  ["active", {}, [], "has no attempt yet"],
  [
    "active, and is newer than the event",
    { createdAtMs: AT_MS + 1 },
    [],
    "was added after it was published",
  ],
  ["paused later", { state: "paused", pausedAtMs: AT_MS + 1 }, [], "has no attempt yet"],
  [
    "paused at the same time",
    { state: "paused", pausedAtMs: AT_MS },
    [],
    "was paused then, and gets it",
  ],
  ["paused before", { state: "paused", pausedAtMs: AT_MS - 1 }, [], "was paused then, and gets it"],
  [
    "disabled before",
    { state: "disabled", pausedAtMs: AT_MS - 1 },
    [],
    "was disabled then, and gets it",
  ],
  ["active, and was paused then", {}, [missed(AT_MS, AT_MS)], "was paused then, and gets it"],
  ["active, and was paused before", {}, [missed(0, AT_MS - 1)], "has no attempt yet"],
  ["active, and was paused after", {}, [missed(AT_MS + 1, 999)], "has no attempt yet"],
  [
    "active, while another was paused",
    {},
    [{ ...missed(0, 999), destination: "erp" }],
    "has no attempt yet",
  ],
  [
    "for other events",
    { events: ["rmaker.event.node_connected"] },
    [],
    "does not want such events",
  ],
  ["for other nodes", { nodes: ["garden"] }, [], "does not want events of this node"],
  ["with a condition", { where: 'node.type == "light"' }, [], "does not want it, by its condition"],
  ["with a condition that holds", { where: 'node.type == "oven"' }, [], "has no attempt yet"],
  ["with batches", { batchEvents: 10 }, [], "gets events in batches"],
])("a destination that is %s: %j, %j", async (_, change, pauses, text) => {
  const nodes = new Map([["kitchen", { id: "kitchen", type: "oven", tags: [] }]]);
  const one = { ...destination, ...change } as Destination;
  const holds = await contentFilter([one]);
  const sent = { pauses, event: eventOf("rmaker.event.alert"), sentAtMs: AT_MS, nodes, holds };
  expect(whyNothing(one, sent as never)).toContain(text);
});

test("attempts of a delivery are its own, also under its own id, else those of the same content; no further id is asked for", async () => {
  const made = (destination: string, deliveryId: string, atMs: number) =>
    ({ destination, deliveryId, atMs }) as Attempt;
  const asked: string[] = [];
  const attemptsOf = async (id: string) => {
    asked.push(id);
    if (id === "1") return [made("crm", "1", 9), made("crm", "1", 8)];
    return [made("crm", "0", 1), made("erp", "0", 2)];
  };
  const found = await attemptsOfDelivery(attemptsOf, eventOf("rmaker.event.alert", "anna"));
  expect(asked).toEqual([expect.stringMatching(/^evt_/), "1"]);
  expect(found.get("crm")).toEqual([made("crm", "1", 8), made("crm", "1", 9)]);
  expect(found.get("erp")).toEqual([made("erp", "0", 2)]);
});

test("a line about a destination has the last attempt, or why there is none", () => {
  const failed = { id: "a1", attempt: 1, atMs: 0, outcome: "failed" as const, durationMs: 5 };
  const first = { ...failed, status: 500, error: "responded with status 500", nextAtMs: 60_000 };
  expect(outcomeLine({ id: "crm", attempts: [], text: "does not want such events" })).toBe(
    "crm: does not want such events",
  );
  expect(outcomeLine({ id: "crm", attempts: [first] })).toBe(
    "crm: failed 500, attempt 1 at 1970-01-01 00:00:00 UTC: responded with status 500; the next one at 1970-01-01 00:01:00 UTC",
  );
  const second = {
    ...failed,
    id: "a2",
    attempt: 2,
    atMs: 60_000,
    outcome: "delivered" as const,
    status: 200,
  };
  expect(outcomeLine({ id: "crm", attempts: [first, second], isGone: true })).toBe(
    "crm (removed): delivered 200, attempt 2 at 1970-01-01 00:01:00 UTC",
  );
});
