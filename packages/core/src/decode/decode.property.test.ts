import { describe, expect, it } from "@jest/globals";
import { deliveryOf } from "@rainhooks/testing/samples";
import fc from "fast-check";
import { EVENT_TYPES } from "../catalog.ts";
import { RainhooksError } from "../errors.ts";
import { decode } from "./decode.ts";

const RUNS = { numRuns: 2000 };
const fieldName = fc.constantFrom(
  "NodeId",
  "node_id",
  "Nodes",
  "nodes",
  "UserId",
  "payload",
  "message_body",
  "connectivity",
  "groups",
  "events",
  "actions",
  "status",
  "tags",
  "config",
  "ts_data",
  "records",
  "name",
  "t",
  "v",
  "dt",
  "d",
  "__proto__",
  "extra",
);
const anyData = fc.dictionary(fieldName, fc.jsonValue({ maxDepth: 4 }), { noNullPrototype: true });
const anyEnvelope = fc.record(
  {
    EventType: fc.oneof(fc.constantFrom(...EVENT_TYPES), fc.string()),
    Timestamp: fc.oneof(fc.jsonValue(), fc.constant("01-29-2021 04:32:27")),
    EventData: fc.oneof(
      anyData,
      fc.jsonValue(),
      anyData.map((data) => JSON.stringify(data)),
    ),
  },
  { requiredKeys: [] },
);
const anyBody = fc.oneof(
  fc.string(),
  fc.json(),
  anyEnvelope.map((envelope) => JSON.stringify(envelope)),
  anyEnvelope.map((envelope) => JSON.stringify(envelope).slice(0, -2)),
);

describe("decode, for any body", () => {
  it("decode never throws, and returns a typed reason for an undecodable body", () => {
    fc.assert(
      fc.property(
        anyBody,
        fc.dictionary(fc.constantFrom("event_type", "node_id", "user_id"), fc.string()),
        (body, attributes) => {
          const decoded = decode(deliveryOf(body, { attributes }));
          if (decoded.kind === "undecodable") {
            expect(decoded.error).toBeInstanceOf(RainhooksError);
            expect(decoded.error.permanent).toBe(true);
          } else {
            expect(Number.isFinite(decoded.event.atMs)).toBe(true);
          }
        },
      ),
      RUNS,
    );
  });

  it("decode returns the same for PascalCase and snake_case", () => {
    const text = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(text, text, fc.integer({ min: 1e12, max: 2e12 }), (node, user, atMs) => {
        const snake = {
          event_type: "rmaker.event.user_node_ota",
          timestamp: atMs,
          event_data: { node_id: node, user_id: user },
        };
        const pascal = {
          EventType: "rmaker.event.user_node_ota",
          Timestamp: atMs,
          EventData: { NodeId: node, UserId: user },
        };
        const delivery = { id: "same" };
        expect(decode(deliveryOf(snake, delivery))).toEqual(decode(deliveryOf(pascal, delivery)));
      }),
    );
  });

  it("decode drops no field: each is known or kept as extra", () => {
    const unknownName = fc.stringMatching(/^x_[a-z]{1,8}$/);
    fc.assert(
      fc.property(
        fc.dictionary(unknownName, fc.jsonValue(), { noNullPrototype: true }),
        (fields) => {
          const body = {
            EventType: "rmaker.event.user_node_ota",
            EventData: { NodeId: "n", ...fields },
            ...fields,
          };
          const decoded = decode(deliveryOf(body));
          const plain = JSON.parse(JSON.stringify(fields));
          expect(decoded).toMatchObject({
            kind: "event",
            event: { extra: plain, data: { extra: plain } },
          });
        },
      ),
    );
  });
});
