import { describe, expect, it } from "@jest/globals";
import { chanceOf } from "@rainhooks/local-aws";
import { lastChanges } from "../connections.ts";
import { disordered, stormChanges } from "./storm.ts";

const storm = { nodes: 500, startMs: 1_000_000, spreadMs: 60_000 };

describe("stormChanges", () => {
  const changes = stormChanges(storm, chanceOf(1));

  it("disconnects each node once, in the order of their times", () => {
    expect(new Set(changes.filter(({ state }) => state === "offline").map(({ nodeId }) => nodeId)).size).toBe(
      500,
    );
    expect(changes.toSorted((a, b) => a.atMs - b.atMs)).toEqual(changes);
  });

  it("brings most nodes back, at least a second later", () => {
    const back = changes.filter(({ state }) => state === "online");
    expect(back.length).toBeGreaterThan(450);
    expect(back.length).toBeLessThan(500);
    const lostAt = new Map(
      changes.filter(({ state }) => state === "offline").map((one) => [one.nodeId, one.atMs]),
    );
    for (const { nodeId, atMs } of back)
      expect(atMs - (lostAt.get(nodeId) ?? 0)).toBeGreaterThanOrEqual(1000);
  });
});

describe("disordered", () => {
  const changes = stormChanges(storm, chanceOf(1));
  const delivered = [...disordered(changes, { window: 50, duplicates: 0.1 }, chanceOf(2))];

  it("delivers every change, some of them twice", () => {
    expect(new Set(delivered)).toEqual(new Set(changes));
    expect(delivered.length).toBeGreaterThan(changes.length * 1.05);
    expect(delivered.length).toBeLessThan(changes.length * 1.15);
  });

  it("delivers in another order", () => {
    const times = delivered.map(({ atMs }) => atMs);
    expect(times).not.toEqual(times.toSorted((a, b) => a - b));
  });

  it("has the same last changes in any order", () => {
    expect(lastChanges(delivered)).toEqual(lastChanges(changes));
  });
});
