import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { SPENT_VARIABLE } from "./jest-times.mjs";
import { ROOT } from "./lambda-node.mjs";

const TOOLING = "tools/build";
const MAIN = "apps/cli/src/main.ts";
/** What is bundled with the command. */
const OTHERS = ["tools/e2e/src/cli/testing/command-host.ts"];

test("the command is bundled again when its code has changed, and only then", async () => {
  const root = await mkdtemp(join(tmpdir(), "bundle-cli-"));
  for (const path of [...OTHERS, MAIN]) await mkdir(join(root, dirname(path)), { recursive: true });
  for (const path of OTHERS) await writeFile(join(root, path), "export {};\n");
  await writeFile(join(root, "apps/cli/package.json"), "{}");
  for (const folder of ["bin", "src"])
    await cp(join(ROOT, TOOLING, folder), join(root, TOOLING, folder), { recursive: true });
  await symlink(join(ROOT, TOOLING, "node_modules"), join(root, TOOLING, "node_modules"));
  const bundled = async (env: NodeJS.ProcessEnv) => {
    const program = join(root, TOOLING, "bin/bundle-cli.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
    return stdout.trim();
  };
  const { [SPENT_VARIABLE]: _, ...alone } = process.env;
  const bundle = async (text: string) => {
    await writeFile(join(root, MAIN), `console.log(${JSON.stringify(text)});\n`);
    const path = await bundled(alone);
    expect(await readFile(path, "utf8")).toContain(text);
    return path;
  };
  const first = await bundle("before");
  expect(await bundle("after")).not.toBe(first);
  expect(await bundle("before")).toBe(first);
  // The workers of a run share what the first of them has bundled.
  const run = { ...alone, [SPENT_VARIABLE]: join(root, "run/times") };
  await mkdir(join(root, "run/times"), { recursive: true });
  expect(await Promise.all([bundled(run), bundled(run), bundled(run)])).toEqual([first, first, first]);
  const last = await bundle("after");
  expect([await bundled(alone), await bundled(run)]).toEqual([last, first]);
  await rm(root, { recursive: true });
});
