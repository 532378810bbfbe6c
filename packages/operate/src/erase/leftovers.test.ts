import { expect, test } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core";
import type { ReachedStage } from "@rainhooks/stage";
import { goneAtMs, leftoversOf } from "./leftovers.ts";

const outputs = {
  retention: { logDays: 90, recoveryDays: 35, resultDays: 7 },
  functions: { forward: { trigger: "topics" } },
};
const of = (change: object) =>
  leftoversOf(
    { outputs: { ...outputs, ...change }, clients: {}, local: undefined } as unknown as ReachedStage,
    0,
  );

test("what an erasure leaves is gone with the last of the backups, logs, results and queues", () => {
  const days = of({}).flatMap((one) => (one.goneAtMs === undefined ? [] : [one.goneAtMs / DAY_MS]));
  expect(days.toSorted((a, b) => a - b)).toEqual([2, 8, 14, 30, 35, 90]);
  expect(goneAtMs(of({})) / DAY_MS).toBe(90);
  expect(goneAtMs(of({ retention: undefined })) / DAY_MS).toBe(35);
});

test("it names receivers only where events are forwarded, and the files of a local stage", () => {
  const places = (left: ReturnType<typeof of>) => left.map(({ where }) => where).join();
  expect(places(of({}))).toContain("systems to which destinations");
  expect(places(of({ functions: {} }))).not.toContain("systems to which destinations");
  const here = { outputs, clients: {}, local: { dataDir: "/data" } } as unknown as ReachedStage;
  expect(places(leftoversOf(here, 0))).toContain("/data/logs");
  expect(goneAtMs(leftoversOf(here, 0)) / DAY_MS).toBe(30);
});
