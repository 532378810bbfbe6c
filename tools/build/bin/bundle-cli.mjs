#!/usr/bin/env node
/*
 * Bundles the rainhooks command for tests, and with it the process that runs many commands: it
 * starts in half of the time. What the command finds beside its code is there, too, as in its
 * package.
 */
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { replaceFolder } from "@rainhooks/local/bundling/replace-files.mjs";
import { bundleCommand } from "../src/bundle-command.mjs";
import { ROOT } from "../src/lambda-node.mjs";

const OUT = join(ROOT, "tools/e2e/bundle");
const LINKS = {
  samples: "docs/samples",
  console: "apps/console/bundle",
  templates: "packages/create-rainhooks/templates",
  // Where pnpm has every dependency of the workspace.
  node_modules: "node_modules/.pnpm/node_modules",
};

const { outputFiles } = await bundleCommand(
  { outdir: join(OUT, "dist"), write: false },
  { "command-host": "../../tools/e2e/src/cli/testing/command-host.ts" },
);
mkdirSync(OUT, { recursive: true });
const files = outputFiles.map(({ path, contents }) => [basename(path), contents]);
await replaceFolder(join(OUT, "dist"), files);
copyFileSync(join(ROOT, "apps/cli/package.json"), join(OUT, "package.json"));
for (const [name, target] of Object.entries(LINKS))
  if (!existsSync(join(OUT, name))) symlinkSync(relative(OUT, join(ROOT, target)), join(OUT, name));
