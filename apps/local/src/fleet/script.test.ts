import { describe, expect, it } from "@jest/globals";
import { CATALOG, decode, nodesOf } from "@rainhooks/core";
import { deliveryOf } from "@rainhooks/testing";
import { writeScript } from "./script.ts";

const OPTIONS = {
  seed: 7,
  nodes: 40,
  events: 3000,
  duplicates: 0.1,
  undecodable: 0.01,
  endsAtMs: 1_800_000_000_000,
};

describe("writeScript", () => {
  const { messages } = writeScript(OPTIONS);

  it("writes the same script for the same options, and another for another seed", () => {
    expect(writeScript(OPTIONS).messages).toEqual(messages);
    expect(writeScript({ ...OPTIONS, seed: 8 }).messages).not.toEqual(messages);
  });

  it("makes just as many messages as asked for, with the shares asked for", () => {
    expect(messages).toHaveLength(OPTIONS.events);
    expect(messages.filter(({ truth }) => truth === undefined)).toHaveLength(30);
    const decodable = messages.filter(({ truth }) => truth !== undefined);
    expect(decodable.length - new Set(decodable).size).toBeGreaterThan(250);
    expect(decodable.length - new Set(decodable).size).toBeLessThanOrEqual(300);
  });

  it("has every event of the catalog, in both casings and in disorder", () => {
    expect(new Set(messages.map(({ type }) => type))).toEqual(new Set(CATALOG.map(({ type }) => type)));
    const pascal = messages.filter(({ body }) => body.includes('"EventVersion"')).length;
    const snake = messages.filter(({ body }) => body.includes('"event_version"')).length;
    expect(Math.min(pascal, snake)).toBeGreaterThan(1000);
    const times = messages.flatMap(({ truth }) => (truth === undefined ? [] : [truth.atMs]));
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
  });

  it("knows the truth of what it says", () => {
    for (const { body, attributes, truth } of messages) {
      const decoded = decode(deliveryOf(body, { attributes }));
      if (truth === undefined) expect(decoded.kind).toBe("undecodable");
      if (truth === undefined || decoded.kind !== "event") continue;
      const { event } = decoded;
      expect([event.type, event.atMs, event.data.userId]).toEqual([truth.type, truth.atMs, truth.userId]);
      expect(nodesOf(event)).toEqual(truth.nodeIds);
      const readings = "series" in event.data ? event.data.series.flatMap(({ records }) => records) : [];
      expect(readings.map(({ atMs, value }) => [atMs, value])).toEqual(
        truth.readings.map(({ atMs, value }) => [atMs, value]),
      );
    }
    expect.assertions(30 + (OPTIONS.events - 30) * 3);
  });

  it.each([0, 1, 5])("makes do with %d events", (events) => {
    expect(writeScript({ ...OPTIONS, events }).messages).toHaveLength(events);
  });
});
