import { expect, test } from "@jest/globals";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "@rainhooks/core/durations";
import { destinationsStopped } from "@rainhooks/extensions/forwarding/rounds/destinations-stopped";
import { pointsIn } from "@rainhooks/infra/testing/alarm-evaluator";
import { ROUND_MINUTES } from "@rainhooks/stage/rounds/round-check";
import { rowOf, runbookRows, rungIn } from "../stack/ringing-alarms.ts";
import { useWorlds } from "./use-worlds.ts";

/* Events that do not get out: the real functions send to a real receiver, in played time. */

const { newWorld, receiving } = useWorlds();

const ROUND_MS = ROUND_MINUTES * MINUTE_MS;
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
  [
    "a receiver wants no more events (410), an event a minute",
    { everyMs: MINUTE_MS, lengthMs: 2 * HOUR_MS, status: 410, begin: nothing, page: false },
  ],
])("the alarms ring: %s", async (name, { everyMs, lengthMs, status, begin, page }) => {
  // What is archived is not attempted while its destination is paused.
  const world = await newWorld({ archived: ["rmaker.event.alert"] });
  const receiver = await receiving((_, response) => response.writeHead(status).end());
  await world.add(receiver.url, { id: "crm" });
  await begin(world);
  const beginMs = world.nowMs;
  const stopped: number[] = [];
  while (world.nowMs < beginMs + lengthMs) {
    world.alert(`n${world.published.length}`);
    for (let ms = 0; ms < everyMs; ms += Math.min(everyMs, ROUND_MS)) {
      await world.run(Math.min(everyMs, ROUND_MS));
      const isRound = (world.nowMs - beginMs) % ROUND_MS === 0;
      if (isRound && (await world.stopped()).length > 0)
        stopped.push((world.nowMs - beginMs) / MINUTE_MS);
    }
  }
  const story = { name, minutes: [0, lengthMs / MINUTE_MS] } as const;
  const range = { fromMs: beginMs, toMs: beginMs + lengthMs };
  const found = new Map(stopped.length === 0 ? [] : [[destinationsStopped.name, stopped]]);
  const rung = await rungIn(world.metricLines.flatMap(pointsIn), range, 0, undefined, found);
  expect(rung.some((one) => one.name === "page-nothing-out")).toBe(page);
  expect(runbookRows()).toContain(rowOf(story, rung));
});
