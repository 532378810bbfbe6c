import { expect, test } from "@jest/globals";
import { eventsOfNodes, eventsWithReadings, fleetWith } from "./workloads.ts";

test("a fleet is simulated for so long that it has enough events of each kind, also if it has more nodes than are wanted", async () => {
  const fleet = await fleetWith(30, 1, 100);
  expect(eventsOfNodes(fleet).length).toBeGreaterThanOrEqual(30);
  expect(eventsWithReadings(fleet, 30).usable).toHaveLength(30);
});
