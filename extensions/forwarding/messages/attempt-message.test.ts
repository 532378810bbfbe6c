import { describe, expect, it, test } from "@jest/globals";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { hostileBody } from "@rainhooks/testing/hostile";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { type EventMessage, parseAttemptMessage } from "./attempt-message.ts";

const SENT_MS = 1_700_000_000_000;
const message: EventMessage = {
  destination: "crm",
  webhookId: "evt_1",
  attempt: 3,
  sinceMs: SENT_MS - 60_000,
  dueAtMs: SENT_MS + 5000,
  hasTurn: true,
  isWaiting: true,
  changedAtMs: SENT_MS - 5000,
  delivery: readDelivery(
    sqsRecordOf(deliveryOf({ any: "body" }, { attributes: { node_id: "n1" } })),
  ),
};

const parsed = (one: object, queuedAtMs: number) =>
  parseAttemptMessage(JSON.stringify({ sentAtMs: SENT_MS, ...one }), queuedAtMs);

describe("a message", () => {
  it("a message is parsed as it was written", () => {
    expect(parsed(message, SENT_MS + 50)).toEqual(message);
    const { dueAtMs: _, hasTurn: __, isWaiting: ___, changedAtMs: ____, ...first } = message;
    expect(parsed(first, 0)).toEqual(first);
    // Its first message: it is on its way since then.
    const { sinceMs: _____, ...newest } = first;
    expect(parsed(newest, 0)).toEqual({ ...first, sinceMs: SENT_MS });
    const missed = { ...first, isMissed: true as const };
    expect(parsed(missed, SENT_MS)).toEqual(missed);
    // Redriven, it still comes after live events.
    const redriven = parsed(missed, SENT_MS + 60_001);
    expect(redriven).toEqual({ ...missed, attempt: 1, sinceMs: SENT_MS + 60_001 });
    const raw = { ...first, delivery: { ...first.delivery, topic: undefined } };
    expect(parsed(raw, 0)).toEqual(raw);
  });

  it("a message that was redriven has attempt 1 again: its queue received it long after it was sent", () => {
    const { dueAtMs: _, hasTurn: __, isWaiting: ___, changedAtMs: ____, ...first } = message;
    const anew = { ...first, attempt: 1, sinceMs: SENT_MS + 60_001 };
    expect(parsed(message, SENT_MS + 60_001)).toEqual(anew);
    expect(parsed(message, SENT_MS + 60_000)).toEqual(message);
  });

  test.each<[string, object]>([
    ["without a destination", { destination: undefined }],
    ["with a destination that none can have", { destination: "CRM" }],
    ["without an id", { webhookId: "" }],
    ["with an id that is too long", { webhookId: "x".repeat(201) }],
    ["with an attempt that is no number", { attempt: "1" }],
    ["with a negative attempt", { attempt: -1 }],
    ["with a time that is no number", { dueAtMs: "soon" }],
    ["with a change at no number", { changedAtMs: null }],
    ["without a time of sending", { sentAtMs: undefined }],
    ["without a delivery", { delivery: undefined }],
    ["with a delivery without a body", { delivery: { ...message.delivery, body: undefined } }],
    ["with a delivery without attributes", { delivery: { ...message.delivery, attributes: [] } }],
    ["with a delivery without an id", { delivery: { ...message.delivery, id: "" } }],
  ])("the message %s goes to the dead-letter queue", (_, change) => {
    expect(() => parsed({ ...message, ...change }, SENT_MS)).toThrow(
      expect.objectContaining({ code: "data-invalid", permanent: true }),
    );
  });

  it("a message of any text is parsed or refused", () => {
    fc.assert(
      fc.property(hostileBody, fc.integer(), (body, queuedAtMs) => {
        try {
          parseAttemptMessage(body, queuedAtMs);
        } catch (error) {
          expect(error).toMatchObject({ code: "data-invalid" });
        }
      }),
      { numRuns: 300 },
    );
  });
});
