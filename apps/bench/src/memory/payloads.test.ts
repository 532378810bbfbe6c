import { describe, expect, it } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-webhook-list";
import { decode, readDelivery } from "@rainhooks/core";
import { fullPayload, MAX_PAYLOAD_BYTES, usualRecords } from "./payloads.ts";

describe.each(SHIPPED.map((webhook) => [webhook.name, webhook] as const))("payloads of %s", (_, webhook) => {
  it.each(["usual", "large"] as const)("fill an invocation with %s records that it wants", (kind) => {
    const records = fullPayload(webhook, kind);
    const bytes = Buffer.byteLength(JSON.stringify({ Records: records }));
    expect(bytes).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
    expect(bytes).toBeGreaterThan(MAX_PAYLOAD_BYTES * 0.9);
    for (const record of records) {
      const decoded = decode(readDelivery(record));
      expect(decoded.kind === "event" && webhook.events.includes(decoded.event.type)).toBe(true);
    }
  });

  it("have records of distinct nodes", () => {
    expect(new Set(usualRecords(webhook, 10).map(({ body }) => body)).size).toBe(10);
  });
});
