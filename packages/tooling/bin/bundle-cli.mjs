#!/usr/bin/env node
/*
 * Bundles the rainhooks command for tests, and with it the process that runs many commands: it starts in half of the time. Prints the path of the
 * bundle, which has the same content as long as it is there.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { bundleCommand } from "../src/bundle-command.mjs";
import { ROOT } from "../src/lambda-node.mjs";

const BUNDLES = join(ROOT, "node_modules/.cache/command");
const DAY_MS = 86_400_000;
/** What the command finds beside its code, as in its package. */
const LINKS = {
  samples: join(ROOT, "docs/samples"),
  console: join(ROOT, "apps/console/bundle"),
  // Where pnpm has every dependency of the workspace.
  node_modules: join(ROOT, "node_modules/.pnpm/node_modules"),
};

const { outputFiles } = await bundleCommand(
  { outdir: join(BUNDLES, "dist"), write: false },
  { "command-host": "src/testing/command-host.ts" },
);
const hash = createHash("sha256");
for (const { path, contents } of outputFiles) hash.update(path).update(contents);
const folder = join(BUNDLES, hash.digest("hex").slice(0, 16));
if (!existsSync(folder)) {
  await make();
  await removeOld();
}
console.log(join(folder, "dist/rainhooks.mjs"));

/** Makes the folder at once: several tests can want it at the same time. */
async function make() {
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
