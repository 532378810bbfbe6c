import { expect, it } from "@jest/globals";
import { useWorlds } from "@rainhooks/app-e2e/forward-worlds";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core";
import { pointsIn } from "../testing/alarm-evaluator.ts";
import { alarmsOf, firstRings } from "../testing/played-alarms.ts";
import { production } from "../testing/stages.ts";

/* Which alarms ring while a receiver is down, and when: the real functions send to a real receiver, in played time. */

const { newWorld, receiving } = useWorlds();

/** Publishes an alert every so often while the receiver is down; returns which alarms ring, and after how many minutes. */
async function rings(everyMs: number, lengthMs: number): Promise<Record<string, number>> {
  const world = await newWorld();
  const receiver = await receiving((_, response) => response.writeHead(503).end());
  await world.add(receiver.url, { id: "crm" });
  const range = { fromMs: world.nowMs, toMs: world.nowMs + lengthMs };
  while (world.nowMs < range.toMs) {
    world.alert(`n${world.published.length}`);
    await world.run(everyMs);
  }
  return firstRings(alarmsOf(production), world.metricLines.flatMap(pointsIn), range);
}

it("with many events, failed attempts ring first, and then that the destination is paused", async () => {
  expect(await rings(MINUTE_MS, 2 * HOUR_MS)).toEqual({
    "destinations-failing": 5,
    "destinations-paused": 19,
  });
});

it("with few events, one that is not delivered for six hours rings; after two days, the destination is paused", async () => {
  expect(await rings(6 * HOUR_MS, 2 * DAY_MS)).toEqual({
    "destinations-undelivered": 456,
    "destinations-paused": 2521,
  });
});
