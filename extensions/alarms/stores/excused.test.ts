import { expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { fieldsWith, joinFacts, type NodeFacts, ownValue } from "@rainhooks/node-status/facts";
import { decodeNode, encodeNode } from "@rainhooks/node-status/node-item";
import { project } from "@rainhooks/node-status/project";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { excusedEnds } from "./excused.ts";

const START_MS = Date.UTC(2026, 10, 24);
const FIELDS = fieldsWith([excusedEnds]);

function ended(atMs: number, reason: string): NodeFacts {
  const event_data = { node_id: "n", reason, session_id: "s" };
  const body = { event_type: "rainhooks.event.node_session_ended", timestamp: atMs, event_data };
  const decoded = decode(deliveryOf(body, { id: `d${atMs}`, sentAtMs: atMs }));
  if (decoded.kind !== "event") throw new Error("not decoded");
  return project([decoded.event], 0, FIELDS);
}

it("is kept in the row of the node", () => {
  const facts = joinFacts(
    ended(START_MS + 1000, "SERVER_ERROR"),
    ended(START_MS, "DUPLICATE_CLIENTID"),
    FIELDS,
  );
  expect(ownValue(facts, excusedEnds)).toEqual([START_MS, START_MS + 1000]);
  expect(decodeNode(encodeNode(facts, "n", [excusedEnds]), FIELDS)).toEqual(facts);
});

it("a reason that is no fault of the node is known of the newest 16 sessions, whatever their order", () => {
  const reasons = fc.constantFrom(
    "SERVER_ERROR",
    "SERVER_INITIATED_DISCONNECT",
    "DUPLICATE_CLIENTID",
    "CLIENT_ERROR",
    "server_x",
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(100), reasons), { minLength: 1 }), (sessions) => {
      const facts = sessions
        .map(([second, reason]) => ended(START_MS + second * 1000, reason))
        .reduce((a, b) => joinFacts(a, b, FIELDS));
      const seconds = sessions.flatMap(([second, reason]) => (/^SERVER_|^DUP/.test(reason) ? [second] : []));
      const expected = [...new Set(seconds)].sort((a, b) => a - b).slice(-16);
      expect(ownValue(facts, excusedEnds).map((atMs) => (atMs - START_MS) / 1000)).toEqual(expected);
    }),
  );
});

// Source: AWS IoT Core developer guide, "Lifecycle events".
test.each([
  ...["SERVER_ERROR", "SERVER_INITIATED_DISCONNECT", "DUPLICATE_CLIENTID", "API_INITIATED_DISCONNECT"],
  ...["WEBSOCKET_TTL_EXPIRATION", "CUSTOMAUTH_TTL_EXPIRATION"],
])("%s is no fault of the node", (reason) => {
  expect(ownValue(ended(START_MS, reason), excusedEnds)).toEqual([START_MS]);
});

test.each([
  ...["AUTH_ERROR", "CLIENT_INITIATED_DISCONNECT", "CLIENT_ERROR", "CONNECTION_LOST", "FORBIDDEN_ACCESS"],
  ...["MQTT_KEEP_ALIVE_TIMEOUT", "THROTTLED", "UNKNOWN", "NONE", "WEBSOCKET", ""],
])("%j counts", (reason) => {
  expect(ownValue(ended(START_MS, reason), excusedEnds)).toEqual([]);
});
