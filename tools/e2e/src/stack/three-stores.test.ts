import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { runTestFleet } from "@rainhooks/app-local/testing/run-test-fleet";
import { startTestStage, type TestStage } from "@rainhooks/app-local/testing/test-stage";
import { type CallRecorder, startCallRecorder } from "@rainhooks/infra/testing/call-recorder";
import { dev } from "@rainhooks/infra/testing/stages";
import { withShortWaits } from "@rainhooks/local/aws/stage/short-waits";
import { withoutOtherParts } from "@rainhooks/stack/function/deployment";

/*
 * The bundles as a stage of the three stores alone has them: a fleet publishes, and each call to
 * AWS is recorded.
 */

const STORES = ["archive", "node-status", "time-series"];
const OWN = [
  "archive-hours",
  "filter-rules",
  "node-status",
  "node-timeline",
  "time-series",
  "time-series-rollups",
].map((table) => `rainhooks-local-${table}`);
const recorders = new Map<string, CallRecorder>();
let running: TestStage | undefined;

beforeAll(async () => {
  const functions = SHIPPED.filter(({ part = "" }) => STORES.includes(part));
  running = await startTestStage({
    functions: functions.map((one) =>
      withShortWaits(withoutOtherParts({ ...dev, parts: STORES }, one)),
    ),
    functionEndpoint: async (name, endpoint) => {
      const recorder = await startCallRecorder(endpoint);
      recorders.set(name, recorder);
      return recorder.endpoint;
    },
  });
});
afterAll(async () => {
  await running?.stop();
  for (const recorder of recorders.values()) await recorder.stop();
});

it("a stage of the three stores stores every event, and neither reads nor writes a table of another part", async () => {
  if (running === undefined) throw new Error("The stage has not started.");
  const problems: string[] = [];
  const options = { seed: 5, nodes: 10, events: 200, duplicates: 0.1, undecodable: 0 };
  const { reconciliation } = await runTestFleet(running, options, (text) => problems.push(text));
  expect([problems, reconciliation.problems]).toEqual([[], []]);
  const others = [...recorders].map(([name, { calls }]) => {
    const tables = new Set(
      calls.filter(({ action }) => /^dynamodb:/.test(action)).map(({ resource }) => resource),
    );
    return [name, tables.size > 0, [...tables].filter((table) => !OWN.includes(table))];
  });
  expect(others.sort()).toEqual(STORES.map((name) => [name, true, []]));
});
