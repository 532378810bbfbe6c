import { expect, it, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import type { JsonValue } from "@rainhooks/core/json";
import { deliveryOf } from "@rainhooks/testing/samples";
import { joinFacts, NO_FACTS, type NodeFacts } from "../facts.ts";
import { decodeNode, encodeNode } from "../node-item.ts";
import { project } from "../project.ts";

const START_MS = Date.UTC(2026, 10, 24);

function ended(atMs: number, reason: JsonValue, session: JsonValue = "s"): NodeFacts {
  const event_data = { node_id: "n", reason, session_id: session };
  const body = { event_type: "rainhooks.event.node_session_ended", timestamp: atMs, event_data };
  const decoded = decode(deliveryOf(body, { id: `d${atMs}`, sentAtMs: atMs }));
  if (decoded.kind !== "event") throw new Error("not decoded");
  return project([decoded.event], 0);
}

test.each<[JsonValue, JsonValue, object | undefined]>([
  ["CONNECTION_LOST", "a-b", { reason: "CONNECTION_LOST", sessionId: "a-b" }],
  ["x".repeat(5000), "y".repeat(5000), { reason: "x".repeat(40), sessionId: "y".repeat(40) }],
  ["", "s", undefined],
  [7, "s", undefined],
  [null, "s", undefined],
  [{ reason: "x" }, "s", undefined],
  ["AUTH_ERROR", 7, { reason: "AUTH_ERROR" }],
])("the end of a session with %j and %j has the reason %j", (reason, session, shown) => {
  const { disconnectReason } = ended(START_MS, reason, session);
  if (shown === undefined) expect(disconnectReason).toBeUndefined();
  else expect(disconnectReason).toMatchObject(shown);
});

it("the disconnect reason is that of the newest session, and of the other fields only the last-seen time changes", () => {
  const facts = joinFacts(
    ended(START_MS + 1000, "CONNECTION_LOST"),
    ended(START_MS, "SERVER_ERROR"),
  );
  expect(facts.disconnectReason?.reason).toBe("CONNECTION_LOST");
  const { disconnectReason: _, ...others } = facts;
  const { disconnectReason: _none, ...nothing } = NO_FACTS;
  expect(others).toEqual(nothing);
  expect(decodeNode(encodeNode(facts, "n"))).toEqual(facts);
});
