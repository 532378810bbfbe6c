import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { HOUR_MS } from "@rainhooks/core/durations";
import { deliveryOf } from "@rainhooks/testing/samples";
import { BROKEN_TEXT, messagesOf, partCount } from "./messages.ts";

const size = { seed: 3, events: 12_000, nodes: 100, baseMs: Date.UTC(2026, 10, 1) };

describe("the messages of a battery", () => {
  it("the messages are the same for a seed, and others for another", () => {
    expect(messagesOf(size, 1)).toEqual(messagesOf(size, 1));
    expect(messagesOf(size, 1)).not.toEqual(messagesOf({ ...size, seed: 4 }, 1));
    expect(messagesOf(size, 1)).not.toEqual(
      messagesOf(size, 0).slice(0, messagesOf(size, 1).length),
    );
    expect(partCount(size)).toBe(2);
  });

  it("the messages are the events of an hour in disorder, a tenth of them twice, and can be decoded unless marked", () => {
    const messages = messagesOf(size, 0, 0.01);
    const bodies = new Set(messages.map(({ body }) => body));
    expect(messages.length - 10_000).toBeGreaterThan(800);
    expect(messages.length - 10_000).toBeLessThan(1200);
    expect(bodies.size).toBeLessThan(10_100);
    const read = messages.map(({ type, body, attributes }) => ({
      body,
      decoded: decode(deliveryOf(body, { attributes, topic: type })),
    }));
    const wrong = read.filter(
      ({ body, decoded }) =>
        decoded.kind !== (body.includes(BROKEN_TEXT) ? "undecodable" : "event"),
    );
    expect(wrong).toEqual([]);
    const known = read.flatMap(({ decoded }) =>
      decoded.kind === "event" ? [decoded.event.atMs] : [],
    );
    expect(messages.length - known.length).toBeGreaterThan(50);
    expect(Math.min(...known)).toBeGreaterThanOrEqual(size.baseMs);
    expect(Math.max(...known)).toBeLessThan(size.baseMs + HOUR_MS);
    expect(known).not.toEqual(known.toSorted((a, b) => a - b));
  });
});
