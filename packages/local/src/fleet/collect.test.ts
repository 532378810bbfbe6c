import { describe, expect, it } from "@jest/globals";
import { CATALOG } from "@rainhooks/core/catalog";
import { decode } from "@rainhooks/core/decode/decode";
import { nodesOf } from "@rainhooks/core/event";
import { deliveryOf } from "@rainhooks/testing/samples";
import { collectMessages } from "./collect.ts";

const OPTIONS = {
  seed: 7,
  nodes: 30,
  events: 600,
  duplicates: 0.1,
  undecodable: 0.02,
  endsAtMs: Date.UTC(2027, 0, 15, 12),
};

describe.each(["pascal", "snake"] as const)("the messages of a fleet, in %s", (casing) => {
  const collecting = collectMessages(OPTIONS, casing, "rainhooks-local");

  it("the messages have the requested number and shares", async () => {
    const { messages } = await collecting;
    expect(messages).toHaveLength(OPTIONS.events);
    const readable = messages.filter(({ truth }) => truth !== undefined);
    expect(readable).toHaveLength(OPTIONS.events * 0.98);
    expect(new Set(readable).size).toBe(OPTIONS.events * 0.88);
  });

  it("the messages have every event that RainMaker's documentation names, each about a simulated time", async () => {
    const { messages } = await collecting;
    const documented = CATALOG.filter((entry) => !("inferred" in entry || "derived" in entry)).map(
      ({ type }) => type,
    );
    expect(new Set(messages.map(({ type }) => type))).toEqual(new Set(documented));
    const times = messages.flatMap(({ truth }) => (truth === undefined ? [] : [truth.atMs]));
    expect(Math.max(...times)).toBeLessThanOrEqual(OPTIONS.endsAtMs);
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
  });

  it("the messages are decoded to the truth that the publisher has", async () => {
    const { messages } = await collecting;
    for (const { body, attributes, truth } of messages) {
      const decoded = decode(deliveryOf(body, { attributes }));
      if (truth === undefined) expect(decoded.kind).toBe("undecodable");
      if (truth === undefined || decoded.kind !== "event") continue;
      const { event } = decoded;
      const readings =
        "series" in event.data ? event.data.series.flatMap(({ records }) => records) : [];
      expect({
        type: event.type,
        atMs: event.atMs,
        nodeIds: nodesOf(event),
        readings: readings.map(({ atMs, value }) => [atMs, value]),
      }).toEqual({
        type: truth.type,
        atMs: truth.atMs,
        nodeIds: truth.nodeIds,
        readings: truth.readings.map(({ atMs, value }) => [atMs, value]),
      });
    }
    expect.assertions(OPTIONS.events);
  });
});
