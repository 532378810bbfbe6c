import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type Services, startEmbeddedServices } from "../processes/services.ts";
import type { BilledUnits } from "./billed-units.ts";
import { countOurs, type JobUnits } from "./count.ts";
import { makeScenarios, type Scenario } from "./scenarios.ts";

/** Maximum units of an event. */
interface Bound {
  readonly writes: number;
  readonly reads: number;
  readonly requests: number;
  readonly firehoseBytes: number;
}

const BOUNDS: Readonly<Record<Scenario["name"], Readonly<Partial<Record<keyof JobUnits, Bound>>>>> = {
  chatter: {
    archive: { writes: 0, reads: 0, requests: 0.002, firehoseBytes: 480 },
    nodeStatus: { writes: 0.115, reads: 0.06, requests: 0.12, firehoseBytes: 0 },
    timeSeries: { writes: 1, reads: 0, requests: 0.045, firehoseBytes: 0 },
  },
  steady: {
    archive: { writes: 0, reads: 0, requests: 0.002, firehoseBytes: 660 },
    nodeStatus: { writes: 0.63, reads: 0.37, requests: 0.57, firehoseBytes: 0 },
    // Most of these series are new: each is listed once.
    timeSeries: { writes: 1.45, reads: 0, requests: 0.075, firehoseBytes: 0 },
  },
  reconnect: {
    archive: { writes: 0, reads: 0, requests: 0.003, firehoseBytes: 470 },
    nodeStatus: { writes: 2, reads: 0.5, requests: 1.02, firehoseBytes: 0 },
  },
};

/** These are the units that AWS bills: a change of code that makes an event more expensive fails here. */
describe("what events are billed for", () => {
  let services: Services;
  let scenarios: readonly Scenario[];

  beforeAll(async () => {
    services = await startEmbeddedServices();
    scenarios = await makeScenarios({ nodes: 100, hours: 2, eventsPerNode: 15, changes: 4 });
  });
  afterAll(() => services.stop());

  it.each(["chatter", "steady", "reconnect"] as const)("%s", async (name) => {
    const scenario = scenarios.find((one) => one.name === name);
    if (scenario === undefined) throw new Error(`There is no ${name}.`);
    const units = await countOurs(scenario, services);
    for (const [job, bound] of Object.entries(BOUNDS[name]))
      expect([job, excess(units[job as keyof JobUnits], bound)]).toEqual([job, []]);
  });
});

/** Returns what is above its bound. */
function excess(units: BilledUnits | undefined, bound: Bound): string[] {
  if (units === undefined) return ["nothing was counted"];
  const perEvent = {
    writes: units.writeUnits / units.events,
    reads: units.readUnits / units.events,
    requests: units.requests / units.events,
    firehoseBytes: units.firehoseBytes / units.events,
  };
  const names = ["writes", "reads", "requests", "firehoseBytes"] as const;
  return names
    .filter((name) => perEvent[name] > bound[name])
    .map((name) => `${name}: ${perEvent[name].toFixed(3)}, at most ${bound[name]}`);
}
