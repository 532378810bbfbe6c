import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "@jest/globals";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../..");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
/** In this app, whose dependencies the examples then find. */
const FOLDER = join(import.meta.dirname, "../pages");

const PAGES = ["write-a-sink.md", "settings.md", "from-the-python-sample.md"];

let examples: string[];

beforeAll(async () => {
  const pages = await Promise.all(PAGES.map((name) => readFile(join(ROOT, "docs", name), "utf8")));
  examples = pages.flatMap((page) =>
    [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code),
  );
  await mkdir(FOLDER, { recursive: true });
  for (const [index, code] of examples.entries())
    await writeFile(join(FOLDER, `${index}.ts`), code);
  const compilerOptions = {
    composite: false,
    noEmit: true,
    noUnusedLocals: false,
    rootDir: "../../..",
  };
  await writeFile(
    join(FOLDER, "tsconfig.json"),
    JSON.stringify({ extends: "../../../tsconfig.base.json", compilerOptions, include: ["*.ts"] }),
  );
});
afterAll(() => rm(FOLDER, { recursive: true }));

it("the examples of the pages for authors compile", async () => {
  expect(examples.length).toBeGreaterThanOrEqual(5);
  const { stdout } = await run(process.execPath, [TSC, "-p", FOLDER]).catch((error) => error);
  expect(stdout).toBe("");
});

it("the examples of the pages for authors run, and print what their comments say", async () => {
  for (const [index, code] of examples.entries()) {
    const { stdout } = await run(process.execPath, ["--no-warnings", join(FOLDER, `${index}.ts`)]);
    const promised = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(
      ([, text = ""]) => text,
    );
    expect([index, stdout.trimEnd().split("\n")]).toEqual([
      index,
      expect.arrayContaining(promised),
    ]);
  }
});
