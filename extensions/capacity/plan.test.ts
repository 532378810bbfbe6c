import { describe, expect, it } from "@jest/globals";
import type { Load } from "@rainhooks/webhook/load";
import fc from "fast-check";
import { ratesOf, totalOf } from "./fleet.ts";
import { eventsPerS, planOf } from "./plan.ts";
import { headroomOf, storesOf, unitsPerS } from "./stores.ts";
import { defineLoaded } from "./testing/define-loaded.ts";

const table = {
  name: "states",
  partitionKey: { name: "id", type: "S" },
  indexes: [{ name: "by-state", partitionKey: { name: "state", type: "S" }, shards: 16 }],
} as const;
const LOAD: Load = {
  batchMs: 10,
  recordMs: 1,
  writeUnits: {
    states: {
      "rmaker.event.node_connected": 1,
      "rmaker.event.node_disconnected": 1,
      "rmaker.event.node_params_changed": 0.2,
    },
    "states/by-state": { "rmaker.event.node_connected": 1, "rmaker.event.node_disconnected": 1 },
  },
};

function statesWebhook(load: Load, memoryMiB = 1024) {
  return defineLoaded({
    name: "states",
    description: "States.",
    events: [
      "rmaker.event.node_connected",
      "rmaker.event.node_disconnected",
      "rmaker.event.node_params_changed",
    ],
    resources: { table: { kind: "table", env: "STATES", table, actions: ["dynamodb:PutItem"] } },
    function: { memoryMiB },
    load,
  });
}

describe("planOf", () => {
  it("planOf keeps the concurrency of the definition where a small fleet needs less", () => {
    const plan = planOf(statesWebhook(LOAD), 10_000);
    expect(plan.concurrency).toBe(10);
    expect([...plan.warm]).toEqual([]);
  });

  it("planOf takes as many invocations as a storm of a million nodes needs, and prepares table and index", () => {
    const plan = planOf(statesWebhook(LOAD), 1_000_000);
    // 2 million events in 150 s, at 909 a second and invocation.
    expect(plan.concurrency).toBe(15);
    expect(plan.maxConcurrency).toBe(17);
    expect(plan.boundBy?.name).toBe("states/by-state");
    expect([...plan.warm]).toEqual([
      ["states", 14_000],
      ["states/by-state", 14_000],
    ]);
  });

  it("planOf takes more invocations than a storm allows only if an ordinary evening needs them", () => {
    const plan = planOf(statesWebhook(LOAD), 20_000_000);
    const evening = totalOf(ratesOf(statesWebhook(LOAD).events, 20_000_000).evening);
    expect(plan.concurrency).toBe(Math.ceil((evening * 1.25) / eventsPerS(statesWebhook(LOAD))));
    expect(plan.maxConcurrency).toBe(plan.concurrency);
  });

  it("planOf allows more invocations of a function with less memory, because each is slower", () => {
    expect(planOf(statesWebhook(LOAD, 256), 1_000_000).maxConcurrency).toBe(70);
  });

  it("planOf never plans less for more nodes, nor more than its maximum", () => {
    const nodes = fc.integer({ min: 1, max: 200_000_000 });
    fc.assert(
      fc.property(nodes, nodes, (a, b) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)].map((n) =>
          planOf(statesWebhook(LOAD), n),
        );
        expect(few?.concurrency).toBeLessThanOrEqual(many?.concurrency ?? 0);
        for (const plan of [few, many])
          expect(plan?.concurrency).toBeLessThanOrEqual(plan?.maxConcurrency ?? 0);
      }),
    );
  });
});

describe("storesOf", () => {
  it("storesOf refuses a load that names a missing table or index", () => {
    for (const name of ["other", "states/other"])
      expect(() => storesOf(statesWebhook({ ...LOAD, writeUnits: { [name]: {} } }))).toThrow(
        `Webhook "states": its load names ${name}, which it does not have.`,
      );
  });

  it("storesOf counts the units of a mix of events, and how often a store takes it", () => {
    const [states, byState] = storesOf(statesWebhook(LOAD));
    const { storm } = ratesOf(statesWebhook(LOAD).events, 600);
    expect([...storm.values()]).toEqual([10, 10]);
    expect(states && unitsPerS(states, storm)).toBe(20);
    expect(states && headroomOf(states, storm)).toBe(2000);
    expect(byState && headroomOf(byState, storm)).toBe(800);
  });
});
