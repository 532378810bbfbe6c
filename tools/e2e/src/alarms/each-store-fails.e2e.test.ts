import { test } from "@jest/globals";
import { eachFleet, expectNoFalseAlarm, toggle, world } from "./played-failure.ts";

eachFleet();

test.each<[string, () => (isOn: boolean) => void]>([
  ["node status, whose table takes no writes", () => toggle(world.refused, "node-status")],
  ["time series, which is paused", () => toggle(world.stopped, "time-series")],
  ["DynamoDB", () => (isOn) => world.setDown(isOn ? ["dynamodb"] : [])],
])(
  "no false alarm while a store fails for 75 minutes, and it is said within ten minutes: %s",
  (_, fault) => expectNoFalseAlarm(fault()),
);
