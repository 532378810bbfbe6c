import { describe, expect, it, test } from "@jest/globals";
import * as v from "valibot";
import { attemptAnswer, attemptList } from "./attempts.ts";

const RANGE = { fromMs: 1, toMs: 2 };

const OUTCOME = { attempt: 1, atMs: 1, status: 503, durationMs: 1.5, outcome: "failed", error: "busy" };
const ATTEMPT = {
  ...{ id: "x", ...OUTCOME, method: "POST", destination: "crm", webhookId: "evt_1", nodeId: "n1" },
  ...{
    eventType: "rmaker.event.alert",
    url: "https://crm.example.com",
    events: 3,
    bodyBytes: 10,
    nextAtMs: 9,
  },
};
/** An answer of each kind, with everything that one can have. */
const FULL: readonly (readonly [string, v.GenericSchema, object])[] = [
  ["attempts", attemptList, { ...RANGE, attempts: [ATTEMPT] }],
  [
    "one attempt",
    attemptAnswer,
    {
      ...{ ...ATTEMPT, deliveryId: "d1", publishedMs: 1.5, headers: { "x-api-key": "***" } },
      ...{ response: "busy", all: [{ id: "x", ...OUTCOME }] },
    },
  ],
];

describe("the schema of an answer", () => {
  test.each(FULL)("keeps everything that one of %s can have", (_, schema, answer) => {
    expect(v.parse(schema, answer)).toEqual(answer);
  });

  test.each(FULL)("of %s refuses an answer in which a property has another type", (_, schema, answer) => {
    for (const name of Object.keys(answer)) {
      expect([name, v.is(schema, { ...answer, [name]: Symbol("wrong") })]).toEqual([name, false]);
    }
  });

  it("knows every word that attempts use", () => {
    const accepted = (schema: v.GenericSchema, answers: readonly object[]) =>
      expect(answers.filter((answer) => !v.is(schema, answer))).toEqual([]);
    accepted(
      attemptList,
      ["delivered", "failed", "gone", "impossible"].map((outcome) => ({
        ...RANGE,
        attempts: [{ ...ATTEMPT, outcome }],
      })),
    );
    accepted(
      attemptList,
      ["POST", "SendMessage", "Publish", "PutEvents", "Invoke"].map((method) => ({
        ...RANGE,
        attempts: [{ ...ATTEMPT, method }],
      })),
    );
  });
});
