import { describe, expect, it, test } from "@jest/globals";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import { defineWebhook } from "@rainhooks/webhook/define";
import { RecordOutcomes } from "./record-outcomes.ts";

const webhook = defineWebhook({
  name: "test",
  description: "For this test.",
  events: ["rmaker.event.alert"],
});
const record = sqsRecordOf(deliveryOf("{}"));
const id = record.messageId;

function outcomeOf(
  lines: readonly (object | string)[],
  failed: readonly string[] = [],
  reason?: string,
) {
  const outcomes = new RecordOutcomes();
  for (const line of lines)
    outcomes.readLine(typeof line === "string" ? line : JSON.stringify(line));
  return outcomes.batch(webhook, [record], { failedIds: new Set(failed), reason });
}

describe("the outcome of a record", () => {
  const error = {
    code: "sink-unavailable",
    message: "fetch failed",
    cause: { message: "inner", cause: { message: "refused" } },
  };
  const letter = {
    level: "warn",
    recordId: id,
    error: { code: "data-invalid", message: "no node" },
  };
  const reason = "sink-unavailable: fetch failed: refused";

  test.each([
    ["is handled if nothing is logged about it", [], [], { kind: "handled" }],
    [
      "is filtered out",
      [{ level: "debug", recordId: id, filterLevel: "user" }],
      [],
      { kind: "filtered" },
    ],
    ["is a dead letter", [letter], [], { kind: "dead-letter", reason: "data-invalid: no node" }],
    [
      "is a retry, with the innermost cause",
      [{ level: "error", recordId: id, error }],
      [id],
      { kind: "retry", reason },
    ],
    [
      "is a retry of a record that was not attempted",
      [{ level: "info", records: 3, error }],
      [id],
      { kind: "retry", reason },
    ],
    ["is a retry without a reason", [], [id], { kind: "retry" }],
    [
      "is a retry when the dead-letter queue does not accept it",
      [letter, { level: "error", recordId: id, error }],
      [id],
      { kind: "retry", reason },
    ],
    ["is its own", [{ ...letter, recordId: "another" }], [], { kind: "handled" }],
    [
      "is not read from other output",
      ["{ text", "text", "null", { level: "warn", recordId: 5 }],
      [],
      { kind: "handled" },
    ],
    [
      "may have an error that is none",
      [{ level: "warn", recordId: id, error: "no" }],
      [],
      { kind: "dead-letter" },
    ],
  ])("the outcome of a record is %s", (_, lines, failed, expected) => {
    expect(outcomeOf(lines, failed).records).toEqual([{ record, outcome: expected }]);
  });

  it("the outcome of a record is a retry with the reason of the batch when the batch failed as a whole", () => {
    expect(outcomeOf([letter], [id], "TypeError: boom").records).toEqual([
      { record, outcome: { kind: "retry", reason: "TypeError: boom" } },
    ]);
  });

  it("the outcomes come with the number of ignored records", () => {
    const ignored = outcomeOf([{ _aws: {}, Ignored: 2 }, { _aws: {} }, { _aws: {}, Ignored: "x" }]);
    expect([ignored.webhook, ignored.ignored]).toEqual([webhook, 2]);
  });
});
