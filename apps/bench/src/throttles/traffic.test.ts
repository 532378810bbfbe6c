import { describe, expect, it } from "@jest/globals";
import { decode } from "@rainhooks/core";
import { chanceOf } from "@rainhooks/local-aws";
import { deliveryOf } from "@rainhooks/testing";
import { Traffic } from "./traffic.ts";

const NOW_MS = Date.UTC(2026, 0);

describe("Traffic", () => {
  const messages = new Traffic(20, chanceOf(1), () => NOW_MS).take(2000);

  it("makes events as their truth says", () => {
    for (const { type, body, truth, attributes } of messages) {
      const decoded = decode(deliveryOf(body, { attributes, sentAtMs: NOW_MS + 1000 }));
      expect(decoded.kind === "event" && [decoded.event.type, decoded.event.atMs]).toEqual([
        type,
        truth?.atMs,
      ]);
    }
  });

  it("gives each event of a node a later time, without whole seconds", () => {
    const last = new Map<string | undefined, number>();
    for (const { truth } of messages) {
      const [nodeId] = truth?.nodeIds ?? [];
      expect(truth?.atMs).toBeGreaterThan(last.get(nodeId) ?? 0);
      expect((truth?.atMs ?? 0) % 1000).not.toBe(0);
      last.set(nodeId, truth?.atMs ?? 0);
    }
  });

  it("gives each reading of a node a time of its own", () => {
    const readings = messages.flatMap(({ truth }) =>
      (truth?.readings ?? []).map(({ atMs }) => `${truth?.nodeIds[0]} ${atMs}`),
    );
    expect(new Set(readings).size).toBe(readings.length);
    expect(readings.length).toBeGreaterThan(300);
  });
});
