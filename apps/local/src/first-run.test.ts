import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, test } from "@jest/globals";
import { EXTENSIONS } from "@rainhooks/app-list/extensions";
import { FIRST_RUN_FILE, prepareFirstRun, readFirstRun, resumeFirstRun } from "./first-run.ts";

let dataDir = "";
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "first-run-"));
});
afterAll(() => rm(dataDir, { recursive: true }));

it("the first run continues without what fails, says so for each extension, and keeps its fleet", async () => {
  const problems: string[] = [];
  const run = await prepareFirstRun({
    dataDir,
    fleet: { seed: 7, nodes: 3 },
    reach: () => Promise.reject(new Error("no stage")),
    onProblem: (text) => problems.push(text),
  });
  await run.afterFleet(0);
  await run.stop();
  const names = EXTENSIONS.filter(({ firstRun }) => firstRun).map(({ name }) => name);
  const said = names.map((name) => `The first run goes on without all of ${name}: no stage`);
  expect(said).toEqual(expect.arrayContaining(problems));
  expect(new Set(problems).size).toBe(problems.length);
  expect(run.has).toEqual([]);
  expect(await readFirstRun(dataDir)).toEqual({ seed: 7, nodes: 3, ports: {} });
});

test.each([
  "",
  "[]",
  "{}",
  '{"seed":1,"nodes":"2","ports":{}}',
  '{"seed":1,"nodes":2,"ports":[1]}',
])("there was no first run if its file is %j", async (text) => {
  await writeFile(join(dataDir, FIRST_RUN_FILE), text);
  expect(await readFirstRun(dataDir)).toBeUndefined();
});

test.each([-1, 0, 0.5, 65_536, "x", null])(
  "a port that is none (%j) is not opened again",
  async (port) => {
    const ports = Object.fromEntries(EXTENSIONS.map(({ name }) => [name, port]));
    await writeFile(join(dataDir, FIRST_RUN_FILE), JSON.stringify({ seed: 1, nodes: 2, ports }));
    const problems: string[] = [];
    await (await resumeFirstRun(dataDir, (text) => problems.push(text))).stop();
    expect(problems).toEqual([]);
  },
);
