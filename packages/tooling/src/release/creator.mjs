import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../lambda-node.mjs";

const FOLDER = join(ROOT, "packages/create-rainhooks");

/** Writes the package `create-rainhooks`: one file without dependencies. Returns the fields of its manifest. */
export async function writeCreator(out, version) {
  await build({
    absWorkingDir: FOLDER,
    stdin: {
      contents: `import { main } from "./src/main.ts"; process.exitCode = await main(process.argv.slice(2), "${version}");`,
      resolveDir: FOLDER,
    },
    outfile: join(out, "create-rainhooks.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    logLevel: "warning",
  });
  writeFileSync(join(out, "bin.mjs"), '#!/usr/bin/env node\nawait import("./create-rainhooks.mjs");\n', {
    mode: 0o755,
  });
  copyFileSync(join(FOLDER, "README.md"), join(out, "README.md"));
  return {
    description: "Makes a project with webhooks of your own for ESP RainMaker.",
    bin: { "create-rainhooks": "bin.mjs" },
  };
}
