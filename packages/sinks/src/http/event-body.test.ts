import { expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import type { RainmakerEvent } from "@rainhooks/core/event";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import { eventBody } from "./event-body.ts";

const SENT_AT_MS = Date.UTC(2026, 10, 25, 12);

function eventAt(Timestamp: number): RainmakerEvent {
  const body = {
    EventType: "rmaker.event.node_connected",
    Timestamp,
    EventData: { NodeId: "kitchen" },
  };
  const decoded = decode(readDelivery(sqsRecordOf(deliveryOf(body, { sentAtMs: SENT_AT_MS }))));
  if (decoded.kind !== "event") throw new Error("not an event");
  return decoded.event;
}

it("the body of an event is what Standard Webhooks recommends", () => {
  expect(JSON.parse(eventBody(eventAt(SENT_AT_MS - 5000)))).toEqual({
    type: "rmaker.event.node_connected",
    timestamp: "2026-11-25T11:59:55.000Z",
    data: { nodeId: "kitchen", extra: {} },
  });
});

it("the body of an event has SNS's time if the event's own time is not plausible", () => {
  expect(JSON.parse(eventBody(eventAt(0))).timestamp).toBe("2026-11-25T12:00:00.000Z");
});
