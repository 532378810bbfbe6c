import { expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { pointsIn } from "@rainhooks/infra/testing/alarm-evaluator";
import { rowOf, runbookRows, rungIn } from "../stack/ringing-alarms.ts";
import { useWorlds } from "./use-worlds.ts";

/* Events that do not get out: the real functions send to a real receiver, in played time. */

const { newWorld, receiving } = useWorlds();

const nothing = async () => undefined;

test.each<
  [
    string,
    {
      everyMs: number;
      lengthMs: number;
      status: number;
      begin: (world: Awaited<ReturnType<typeof newWorld>>) => Promise<void>;
      page: boolean;
    },
  ]
>([
  [
    "a receiver is down for two hours, an event a minute",
    { everyMs: MINUTE_MS, lengthMs: 2 * HOUR_MS, status: 503, begin: nothing, page: false },
  ],
  [
    "a receiver is down for two days, an event every six hours",
    { everyMs: 6 * HOUR_MS, lengthMs: 2 * DAY_MS, status: 503, begin: nothing, page: true },
  ],
  [
    "somebody pauses a destination for two hours, an event a minute",
    {
      everyMs: MINUTE_MS,
      lengthMs: 2 * HOUR_MS,
      status: 204,
      begin: (world) => world.pause("crm"),
      page: false,
    },
  ],
])("the alarms ring: %s", async (name, { everyMs, lengthMs, status, begin, page }) => {
  // What is archived is not attempted while its destination is paused.
  const world = await newWorld({ archived: ["rmaker.event.alert"] });
  const receiver = await receiving((_, response) => response.writeHead(status).end());
  await world.add(receiver.url, { id: "crm" });
  await begin(world);
  const beginMs = world.nowMs;
  while (world.nowMs < beginMs + lengthMs) {
    world.alert(`n${world.published.length}`);
    await world.run(everyMs);
  }
  const story = { name, minutes: [0, lengthMs / MINUTE_MS] } as const;
  const range = { fromMs: beginMs, toMs: beginMs + lengthMs };
  const rung = await rungIn(world.metricLines.flatMap(pointsIn), range, 0);
  expect(rung.some((one) => one.name === "page-nothing-out")).toBe(page);
  expect(runbookRows()).toContain(rowOf(story, rung));
});
