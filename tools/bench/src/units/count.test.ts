import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { archive } from "@rainhooks/app-archive/webhook";
import { nodeStatus } from "@rainhooks/app-node-status/webhook";
import { timeSeries } from "@rainhooks/app-time-series/webhook";
import { type Services, startEmbeddedServices } from "../processes/services.ts";
import { type BilledUnits, countOurs } from "./count.ts";
import { chatter, reconnect, type Scenario } from "./scenarios.ts";

const COUNTED = { archive, nodeStatus, timeSeries };

/** Maximum units of an event. */
const BOUNDS: Readonly<
  Record<Scenario["name"], Readonly<Partial<Record<keyof typeof COUNTED, BilledUnits>>>>
> = {
  chatter: {
    archive: { writes: 0, reads: 0, requests: 0.002, firehoseBytes: 480 },
    nodeStatus: { writes: 0.115, reads: 0.06, requests: 0.12, firehoseBytes: 0 },
    timeSeries: { writes: 1, reads: 0, requests: 0.045, firehoseBytes: 0 },
  },
  reconnect: {
    archive: { writes: 0, reads: 0, requests: 0.003, firehoseBytes: 375 },
    nodeStatus: { writes: 2, reads: 0.5, requests: 1.02, firehoseBytes: 0 },
  },
};

/**
 * These are the units that AWS bills: a change of code that makes an event more expensive fails
 * here.
 */
describe("what events are billed for", () => {
  let services: Services;

  beforeAll(async () => {
    services = await startEmbeddedServices();
  });
  afterAll(() => services.stop());

  it.each([chatter(), reconnect()])(
    "the events of $name are billed for no more than is assumed",
    async (scenario) => {
      for (const job of ["archive", "nodeStatus", "timeSeries"] as const) {
        const units = await countOurs(COUNTED[job], scenario, services);
        const bound = BOUNDS[scenario.name][job];
        expect([job, excess(units, bound)]).toEqual([job, []]);
      }
    },
  );
});

/** Returns what is above its bound. */
function excess(units: BilledUnits | undefined, bound: BilledUnits | undefined): string[] {
  if (units === undefined || bound === undefined)
    return units === bound ? [] : ["one of them is not there"];
  const names = ["writes", "reads", "requests", "firehoseBytes"] as const;
  return names
    .filter((name) => units[name] > bound[name])
    .map((name) => `${name}: ${units[name].toFixed(3)}, at most ${bound[name]}`);
}
