import { expect, it } from "@jest/globals";
import { MINUTE_MS } from "@rainhooks/core";
import { eachStage } from "../testing/each-stage.ts";
import { minutesOf, type PlayedStage } from "../testing/played-stage.ts";

const START_MS = Date.UTC(2026, 10, 24);
const NODES = 400;

let stage: PlayedStage;
eachStage(START_MS, [{ name: "gone", kind: "offline", for: "10m" }], (one) => {
  stage = one;
});

it("sends what was found although every sweep is killed", async () => {
  stage.nowMs = START_MS + MINUTE_MS;
  await stage.write(Array.from({ length: NODES }, (_, node) => minutesOf(`n${node}`, START_MS, -1)).flat());
  stage.nowMs = START_MS + 12 * MINUTE_MS;
  for (let kill = 0; kill < 20; kill += 1) {
    await stage.killedSweep(800, kill % 2 === 0);
    stage.nowMs += MINUTE_MS;
  }
  const told = new Set(stage.sent.flatMap(({ alarms }) => alarms.map(({ node_id }) => node_id)));
  expect(told.size).toBe(NODES);
});
