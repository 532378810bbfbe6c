import { describe, expect, it } from "@jest/globals";
import { SHIPPED, SHIPPED_WEBHOOKS } from "@rainhooks/app-list";
import { decode } from "@rainhooks/core/decode/decode";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { triggeredBy } from "@rainhooks/webhook/define-function";
import { fullPayload, MAX_PAYLOAD_BYTES, usualRecords } from "./payloads.ts";

describe.each(SHIPPED_WEBHOOKS.map((webhook) => [webhook.name, webhook] as const))(
  "payloads of %s",
  (_, webhook) => {
    it.each(["usual", "large"] as const)(
      "the payloads fill an invocation with %s records that it wants",
      (kind) => {
        const records = fullPayload(webhook, kind);
        const bytes = Buffer.byteLength(JSON.stringify({ Records: records }));
        expect(bytes).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
        expect(bytes).toBeGreaterThan(MAX_PAYLOAD_BYTES * 0.9);
        const unwanted = records.filter((record) => {
          const decoded = decode(readDelivery(record));
          return decoded.kind !== "event" || !webhook.events.includes(decoded.event.type);
        });
        expect(unwanted).toEqual([]);
      },
    );

    it("the payloads have records of distinct nodes", () => {
      expect(new Set(usualRecords(webhook, 10).map(({ body }) => body)).size).toBe(10);
    });
  },
);

it.each(triggeredBy(SHIPPED, "queue").map((worker) => [worker.name, worker] as const))(
  "payloads of %s are a batch of messages, or as much as an invocation takes",
  (_, worker) => {
    expect(fullPayload(worker, "usual")).toHaveLength(worker.batch.size);
    const bytes = Buffer.byteLength(JSON.stringify({ Records: fullPayload(worker, "large") }));
    expect(bytes).toBeGreaterThan(MAX_PAYLOAD_BYTES * 0.9);
  },
);
