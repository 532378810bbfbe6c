import { expect, test } from "@jest/globals";
import { DAY_MS } from "@rainhooks/core/durations";
import type { StageAccess } from "@rainhooks/stage/stage-access";
import { goneAtMs, leftoversOf } from "./leftovers.ts";

const outputs = {
  retention: { logDays: 90, recoveryDays: 35, resultDays: 7 },
  functions: {
    retries: { trigger: "queue", settings: { attemptDays: { value: "30" } } },
    own: { trigger: "topics", settings: {} },
  },
};
const of = (change: object, late: readonly string[] = []) =>
  leftoversOf(
    { outputs: { ...outputs, ...change }, clients: {}, local: undefined } as unknown as StageAccess,
    { nowMs: 0, late, isSwept: true, unreadable: 0, namesUsers: true },
  );
const daysOf = (left: ReturnType<typeof of>) =>
  left
    .flatMap((one) => (one.goneAtMs === undefined ? [] : [one.goneAtMs / DAY_MS]))
    .toSorted((a, b) => a - b);
const places = (left: ReturnType<typeof of>) => left.map(({ where }) => where).join();

test("what an erasure leaves behind is gone with the last of the attempts, backups, logs and results", () => {
  // An attempt is in backups for as long again as backups are kept, and is deleted some days late.
  expect(daysOf(of({}))).toEqual([2, 8, 33, 33, 33 + 35, 33 + 90]);
  expect(goneAtMs(of({}), 0) / DAY_MS).toBe(123);
  expect(goneAtMs(of({ retention: undefined }), 0) / DAY_MS).toBe(68);
});

test("what waits for a worker stays two weeks, a month in the outbox, another as attempts, and then in backups", () => {
  const late = of({}, ["retries"]);
  expect(daysOf(late)).toEqual([2, 8, 33, 33, 58, 77, 77 + 35, 77 + 90]);
  expect(places(late)).toContain("attempts that retries makes with them");
  expect(places(of({}, ["own"]))).toContain("what own writes of them: run this command again");
});

test("it names receivers only where events are forwarded, and the files of a local stage", () => {
  expect(places(of({}))).toContain("systems to which destinations");
  expect(places(of({ functions: {} }))).not.toContain("systems to which destinations");
  const here = { outputs: { ...outputs, functions: {} }, clients: {}, local: { dataDir: "/data" } };
  const left = leftoversOf(here as unknown as StageAccess, {
    nowMs: 7,
    late: [],
    isSwept: false,
    namesUsers: false,
    unreadable: 2,
  });
  expect(places(left)).toContain("/data/logs");
  expect(places(left)).toContain("No event of this stage names a user.");
  expect(places(of({}))).not.toContain("names a user");
  expect(places(left)).toContain("that a sweep may publish still");
  expect(places(left)).toContain("2 broken objects of the archive");
  expect(goneAtMs(left, 7)).toBe(7);
});

test("the days of attempts are those of their setting, or 30", () => {
  const withDays = (value: string) =>
    of({
      functions: {
        rate: { trigger: "rate" },
        retries: { trigger: "queue", settings: { attemptDays: { value } } },
      },
    });
  expect(daysOf(withDays("7")).slice(0, 4)).toEqual([2, 8, 10, 33]);
  expect(daysOf(withDays("")).slice(0, 4)).toEqual([2, 8, 33, 33]);
});

test("a worker that makes no attempts writes what is its own", () => {
  const own = of({ functions: { jobs: { trigger: "queue", settings: {} } } }, ["jobs"]);
  expect(places(own)).toContain("what jobs writes of them");
  expect(daysOf(own)).toEqual([2, 8, 28, 28 + 35, 28 + 90]);
});

test("people read each place where data remains, those with a date first", () => {
  expect(of({}, ["retries"]).map(({ where }) => where.replace(/[:(].*/, "").trim())).toEqual([
    "messages that wait for retries, and dead letters of them",
    "attempts that retries makes with them",
    "events about others, too, that wait in order behind its own",
    "responses to batches with its events that do not name it",
    "backups of the tables",
    "logs of the functions in CloudWatch",
    "results of Athena's queries",
    "files of verifications and rebuilds",
    "systems to which destinations have sent it",
    "addresses of destinations, if one has it in its path",
    "names of parameters, groups and rules with it, and longer words",
    "files that people have exported",
    "what RainMaker itself has stored, such as the shadows and readings of RainMaker Neo",
  ]);
  const alone = of({ functions: {} }).filter(({ goneAtMs: at }) => at === undefined);
  expect(alone.map(({ where }) => where.slice(0, 20))).toEqual([
    "names of parameters,",
    "files that people ha",
    "what RainMaker itsel",
  ]);
});
