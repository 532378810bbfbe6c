import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { HOUR_MS } from "@rainhooks/core/durations";
import { type NeoStage, runTestNeoFleet, startNeoStage } from "./neo-stage.ts";

/**
 * Number of nodes that are played for a day; `RAINHOOKS_NEO_NODES=200` takes one and a half minutes
 * of processors.
 */
const NODES = Number(process.env["RAINHOOKS_NEO_NODES"] ?? 25);
/** How many messages they have, about, with those that come twice and those that cannot be read. */
const EVENTS = NODES * 82;

let running: NeoStage;
beforeAll(async () => {
  running = await startNeoStage();
});
afterAll(() => running.stop());

it("the stage accounts for a day of nodes of RainMaker Neo, whatever is repeated, late and out of order", async () => {
  const options = { seed: 4, nodes: NODES, events: EVENTS, duplicates: 0.1, undecodable: 0.01 };
  const { startMs, published, reconciliation } = await runTestNeoFleet(running, options);
  const last = Math.max(...published.map(({ message }) => message.truth?.atMs ?? 0));
  expect(last - startMs).toBeGreaterThan(20 * HOUR_MS);
  expect(reconciliation.problems).toEqual([]);
  const count = (what: string) =>
    reconciliation.lines.find((line) => line.what.startsWith(what))?.found;
  expect(count("node rows with the newest state")).toBe(NODES);
  expect(count("events of what nodes said")).toBeGreaterThan(0.75 * EVENTS);
  expect(count("points in")).toBeGreaterThan(0.5 * EVENTS);
  expect(running.problems).toEqual([]);
});
