#!/usr/bin/env node
/*
 * Bundles the rainhooks command for tests, and with it the process that runs many commands: it starts in half
 * of the time. Prints the path of the bundle, which has the same content as long as it is there.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import {
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { replaceFile } from "@rainhooks/local/bundling/replace-files.mjs";
import { bundleCommand } from "../src/bundle-command.mjs";
import { SPENT_VARIABLE } from "../src/jest-times.mjs";
import { ROOT } from "../src/lambda-node.mjs";

const BUNDLES = join(ROOT, "node_modules/.cache/command");
const DAY_MS = 86_400_000;
const [MAX_TRIES, PAUSE_MS] = [600, 100];
/** What the command finds beside its code, as in its package. */
const LINKS = {
  samples: join(ROOT, "docs/samples"),
  console: join(ROOT, "apps/console/bundle"),
  templates: join(ROOT, "packages/create-rainhooks/templates"),
  // Where pnpm has every dependency of the workspace.
  node_modules: join(ROOT, "node_modules/.pnpm/node_modules"),
};

/** Folder of a run of tests, in which the code does not change; `undefined` outside of one. */
const run = process.env[SPENT_VARIABLE];
console.log(run === undefined ? await bundle() : await bundleOnce(join(run, "../command")));

/** Bundles the command, and returns its path. */
async function bundle() {
  const { outputFiles } = await bundleCommand(
    { outdir: join(BUNDLES, "dist"), write: false },
    { "command-host": "../../tools/e2e/src/cli/testing/command-host.ts" },
  );
  const hash = createHash("sha256");
  for (const { path, contents } of outputFiles) hash.update(path).update(contents);
  const folder = join(BUNDLES, hash.digest("hex").slice(0, 16));
  if (!existsSync(folder)) {
    await make(folder, outputFiles);
    await removeOld();
  }
  return join(folder, "dist/rainhooks.mjs");
}

/** Does it for the first worker that asks. The others wait for the path in a file. */
async function bundleOnce(file) {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    if (existsSync(file)) return readFile(file, "utf8");
    if (await isMine(`${file}.lock`))
      try {
        const path = await bundle();
        await replaceFile(file, path);
        return path;
      } finally {
        await rmdir(`${file}.lock`);
      }
    await pause(PAUSE_MS);
  }
  throw new Error("Another test has not bundled the command in a minute.");
}

async function isMine(lock) {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Makes the folder at once: several tests can want it at the same time. */
async function make(folder, outputFiles) {
  await mkdir(BUNDLES, { recursive: true });
  const made = await mkdtemp(join(BUNDLES, "new-"));
  await mkdir(join(made, "dist"));
  for (const { path, contents } of outputFiles) await writeFile(join(made, "dist", basename(path)), contents);
  await copyFile(join(ROOT, "apps/cli/package.json"), join(made, "package.json"));
  for (const [name, target] of Object.entries(LINKS)) await symlink(target, join(made, name));
  await rename(made, folder).catch(async (error) => {
    if (!existsSync(folder)) throw error;
    await rm(made, { recursive: true });
  });
}

/** Removes bundles of older code, which no test uses any more. */
async function removeOld() {
  for (const name of await readdir(BUNDLES)) {
    const made = await stat(join(BUNDLES, name)).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > DAY_MS)
      await rm(join(BUNDLES, name), { recursive: true, force: true });
  }
}
