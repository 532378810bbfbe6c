import { describe, expect, it, test } from "@jest/globals";
import type { RecordOutcome, WebhookBatch } from "@rainhooks/local/aws/lambda/record-outcomes";
import { deliveryOf, sqsRecordOf } from "@rainhooks/testing/samples";
import { defineWebhook } from "@rainhooks/webhook/define";
import { eventLines } from "./event-lines.ts";

const webhook = defineWebhook({
  name: "door-bell",
  description: "For this test.",
  events: ["rmaker.event.alert"],
});
const NOW_MS = Date.UTC(2026, 10, 26, 1, 2, 3);

function linesOf(
  body: unknown,
  outcome: RecordOutcome = { kind: "handled" },
  ignored = 0,
): string[] {
  const record = sqsRecordOf(deliveryOf(body));
  const batch: WebhookBatch = { webhook, records: [{ record, outcome }], ignored };
  return eventLines(batch, NOW_MS, 12).map((line) => line.replaceAll(/ {2,}/g, "  "));
}

const bodyOf = (type: string, data: object) => ({
  event_type: `rmaker.event.${type}`,
  timestamp: 1,
  event_data: data,
});
const alert = bodyOf("alert", { node_id: "n1", message_body: "m" });

describe("eventLines", () => {
  test.each<[string, unknown, RecordOutcome, number, string]>([
    ["a handled event", alert, { kind: "handled" }, 0, "alert  n1  handled"],
    ["a filtered event", alert, { kind: "filtered" }, 0, "alert  n1  filtered out"],
    [
      "a dead letter",
      alert,
      { kind: "dead-letter", reason: "event-refused: no" },
      0,
      "alert  n1  dead letter: event-refused: no",
    ],
    [
      "a failure",
      alert,
      { kind: "retry", reason: "unexpected: boom" },
      0,
      "alert  n1  will be retried: unexpected: boom",
    ],
    [
      "several nodes",
      bodyOf("user_node_added", { nodes: ["a", "b", "c"] }),
      { kind: "handled" },
      0,
      "user_node_added  a +2  handled",
    ],
    [
      "no node",
      bodyOf("admin_user_added", {}),
      { kind: "handled" },
      0,
      "admin_user_added  -  handled",
    ],
    [
      "an event that is not wanted",
      bodyOf("node_registered", {}),
      { kind: "handled" },
      1,
      "node_registered  -  ignored: not one of its events",
    ],
    [
      "an event of an unknown type",
      bodyOf("new_kind", {}),
      { kind: "handled" },
      1,
      "new_kind  -  ignored: not one of its events",
    ],
    ["a wanted event beside an ignored one", alert, { kind: "handled" }, 1, "alert  n1  handled"],
    [
      "an event that a webhook for deliveries gets",
      bodyOf("new_kind", {}),
      { kind: "handled" },
      0,
      "new_kind  -  handled",
    ],
    ["what cannot be decoded", "{ broken", { kind: "dead-letter" }, 0, "?  -  dead letter"],
  ])("eventLines shows %s", (_, body, outcome, ignored, expected) => {
    expect(linesOf(body, outcome, ignored)).toEqual([`01:02:03  door-bell  ${expected}`]);
  });

  it("eventLines shows a record that no delivery can be read from", () => {
    const record = {
      ...sqsRecordOf(deliveryOf("{}")),
      body: '{"Type":"Notification","Message":"m","TopicArn":"t"}',
    };
    expect(
      eventLines(
        { webhook, records: [{ record, outcome: { kind: "handled" } }], ignored: 0 },
        NOW_MS,
        0,
      ),
    ).toEqual([expect.stringContaining("?")]);
  });

  it("eventLines shows texts of devices in one bounded line, without control characters and secrets of URLs", () => {
    const evil = "\u001b[2J\u202e\r\nhttps://user:key@a.example/secret?token=1 ".repeat(50);
    const [line = "", ...others] = linesOf(bodyOf(evil, { node_id: evil }), {
      kind: "retry",
      reason: evil,
    });
    expect(others).toEqual([]);
    expect(line).not.toMatch(/[\p{Cc}\u202e]|secret|token|key@/u);
    expect(line.length).toBeLessThan(450);
  });
});
