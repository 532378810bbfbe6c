import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { commentExamples, type Example, readmeExamples } from "./examples/collect.ts";
import type { Outcome } from "./examples/run.ts";

/** What handlers and tests of a project import. */
const ENTRIES = [
  "@rainhooks/webhook/events",
  "@rainhooks/webhook/sinks",
  "@rainhooks/webhook/define",
  "@rainhooks/webhook",
  "@rainhooks/webhook-testing",
];
/**
 * What examples and the compiler write to the folder for temporary files goes with the examples.
 */
const execute = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [...args], { env: { ...process.env, TMPDIR: FOLDER } });
const TSC = join(import.meta.dirname, "../../../node_modules/typescript/bin/tsc");
const RUN = join(import.meta.dirname, "examples/run.ts");
/** In this app, whose dependencies the examples then find. */
const FOLDER = join(import.meta.dirname, "../examples");

let readme: Example[];
let comments: Example[];

beforeAll(async () => {
  [readme, comments] = [readmeExamples(), commentExamples()];
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  for (const { name, code } of [...readme, ...comments])
    await writeFile(join(FOLDER, `${name}.ts`), code);
  await writeFile(
    join(FOLDER, "tsconfig.json"),
    JSON.stringify({
      extends: "../../../tsconfig.base.json",
      compilerOptions: { composite: false, noEmit: true, rootDir: "../../.." },
      // A module without types of its own has them there.
      include: ["*.ts", "../../../packages/embedded-dynamodb/src/dynalite.d.ts"],
    }),
  );
});
afterAll(() => rm(FOLDER, { recursive: true }));

it("the examples of every README and comment compile", async () => {
  expect(readme.length).toBeGreaterThan(1);
  expect(comments.length).toBeGreaterThan(20);
  const { stdout } = await execute(TSC, "-p", FOLDER).catch((error) => error);
  expect(stdout).toBe("");
});

it("the examples of every README and comment run, and print what their comments say", async () => {
  const examples = [...readme, ...comments];
  const names = examples.map(({ name }) => name);
  await execute("--no-warnings", RUN, FOLDER, ...names);
  const outcomes: Outcome[] = JSON.parse(await readFile(join(FOLDER, "outcomes.json"), "utf8"));
  const found = outcomes.map(({ name, printed, error }, index) => {
    const promised = examples[index]?.promised ?? [];
    return { name, error, missing: promised.filter((text) => !printed.includes(text)), printed };
  });
  expect(found.filter(({ error, missing }) => error !== undefined || missing.length > 0)).toEqual(
    [],
  );
});

it("the examples in comments show what they print", () => {
  const silent = comments.filter(({ promised }) => promised.length === 0);
  expect(silent.map(({ name }) => name)).toEqual([]);
});

it("examples stand in the comment of every function and class that is installed, and of nothing that is not", async () => {
  const modules: readonly Readonly<Record<string, unknown>>[] = await Promise.all(
    ENTRIES.map((entry) => import(entry)),
  );
  const installed = new Map(modules.flatMap((module) => Object.entries(module)));
  const shown = new Set(comments.map(({ of }) => of));
  const without = [...installed].filter(
    ([name, value]) => typeof value === "function" && !shown.has(name),
  );
  // It is AWS's: handed on, so that a handler needs no second package.
  expect(without.map(([name]) => name)).toEqual(["DynamoDBClient"]);
  expect([...shown].filter((name) => name !== undefined && !installed.has(name))).toEqual([]);
});

it("import only what is installed", () => {
  const inside = [...readme, ...comments].flatMap(({ name, code }) =>
    [...code.matchAll(/from "(@rainhooks\/[^"]+)"/g)]
      .filter(([, from = ""]) => !ENTRIES.includes(from))
      .map(([, from]) => `${name}: ${from}`),
  );
  expect(inside).toEqual([]);
});
