import { describe, it } from "@jest/globals";
import {
  expectAccepted,
  type FullResult,
  testSchemas,
} from "@rainhooks/stage/testing/result-schemas";
import { attemptList, attemptResult } from "../attempts/attempt-schema.ts";

const RANGE = { fromMs: 1, toMs: 2 };

const OUTCOME = {
  attempt: 1,
  atMs: 1,
  status: 503,
  durationMs: 1.5,
  outcome: "failed",
  error: "busy",
};
const ATTEMPT = {
  id: "x",
  ...OUTCOME,
  method: "POST",
  destination: "crm",
  webhookId: "evt_1",
  nodeId: "n1",

  eventType: "rmaker.event.alert",
  url: "https://crm.example.com",
  events: 3,
  bodyBytes: 10,
  nextAtMs: 9,
};
/** A result of each kind, with everything that one can have. */
const FULL: readonly FullResult[] = [
  ["attempts", attemptList, { ...RANGE, attempts: [ATTEMPT] }],
  [
    "one attempt",
    attemptResult,
    {
      ...ATTEMPT,
      deliveryId: "d1",
      publishedMs: 1.5,
      headers: { "x-api-key": "***" },
      response: "busy",
      all: [{ id: "x", ...OUTCOME }],
    },
  ],
];

describe("the schema of a result", () => {
  testSchemas(FULL);

  it("the schema has every word that attempts use", () => {
    expectAccepted(
      attemptList,
      ["delivered", "failed", "gone", "impossible"].map((outcome) => ({
        ...RANGE,
        attempts: [{ ...ATTEMPT, outcome }],
      })),
    );
    expectAccepted(
      attemptList,
      ["POST", "SendMessage", "Publish", "PutEvents", "Invoke"].map((method) => ({
        ...RANGE,
        attempts: [{ ...ATTEMPT, method }],
      })),
    );
  });
});
