import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { HOUR_MS } from "@rainhooks/core/durations";
import type { RoundCheck } from "@rainhooks/stage/rounds/round-check";
import { startRoundWorld } from "@rainhooks/stage/rounds/testing/round-world";
import type { Visit } from "../visit.ts";
import { findings } from "./findings.ts";

let all: Awaited<ReturnType<typeof startRoundWorld>>;
beforeAll(async () => {
  all = await startRoundWorld();
});
afterAll(() => all.stop());

const doors = (level: RoundCheck["level"], ids: readonly string[]): RoundCheck => ({
  name: `doors-${level}`,
  level,
  alarmOf: () => `doors-${level}`,
  description: "Doors are open.",
  toldWhen: "at once",
  find: async () => ids.map((id) => ({ id, text: `The ${id} door is open.` })),
});

test("the doctor says what the rounds have found, and that none was made", async () => {
  const { outputs, table, round } = await all.stage();
  const stage = { outputs, clients: { dynamodb: table.client }, local: undefined };
  const look = async () => findings.run({ stage } as unknown as Visit);
  expect(await look()).toMatchObject([{ outcome: "not-checked", text: "no round was made yet" }]);
  all.world.nowMs = Date.now();
  await round([]);
  expect(await look()).toMatchObject([{ outcome: "ok" }]);
  await round([doors("today", ["back"]), doors("now", ["front"])]);
  const [first, second] = await look();
  expect([first, second].map((one) => one?.outcome).sort()).toEqual(["note", "wrong"]);
  const late = await all.stage();
  all.world.nowMs = Date.now() - HOUR_MS;
  await late.round([]);
  const lateStage = { outputs: late.outputs, clients: stage.clients };
  expect(await findings.run({ stage: lateStage } as unknown as Visit)).toMatchObject([
    { outcome: "wrong", text: "the last round was made 60 minutes ago" },
  ]);
});
