import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

const run = promisify(execFile);
const PACKAGES = join(import.meta.dirname, "../../../packages");
const TSC = join(import.meta.dirname, "../../../node_modules/typescript/bin/tsc");
/** In this app, whose dependencies the examples then find. */
const FOLDER = join(import.meta.dirname, "../examples");

/** The examples of the packages' READMEs, by package. */
async function readExamples(): Promise<[name: string, code: string][]> {
  const examples: [string, string][] = [];
  for (const name of await readdir(PACKAGES)) {
    const readme = await readFile(join(PACKAGES, name, "README.md"), "utf8").catch(() => "");
    const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
    if (code !== undefined) examples.push([name, code]);
  }
  return examples;
}

let examples: [name: string, code: string][];

beforeAll(async () => {
  examples = await readExamples();
  await mkdir(FOLDER, { recursive: true });
  for (const [name, code] of examples) await writeFile(join(FOLDER, `${name}.ts`), code);
  await writeFile(
    join(FOLDER, "tsconfig.json"),
    JSON.stringify({
      extends: "../../../tsconfig.base.json",
      compilerOptions: { composite: false, noEmit: true },
      include: ["*.ts"],
    }),
  );
});
afterAll(() => rm(FOLDER, { recursive: true }));

it("of every package's README compile", async () => {
  expect(examples.length).toBeGreaterThan(10);
  const { stdout } = await run(process.execPath, [TSC, "-p", FOLDER]).catch((error) => error);
  expect(stdout).toBe("");
}, 60_000);

it("of every package's README run, and print what their comments say", async () => {
  for (const [name, code] of examples) {
    const { stdout } = await run(process.execPath, ["--no-warnings", join(FOLDER, `${name}.ts`)]);
    const promised = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, text = ""]) => text);
    const printed = stdout.trimEnd().split("\n");
    for (const text of promised) expect([name, printed]).toEqual([name, expect.arrayContaining([text])]);
  }
}, 60_000);
