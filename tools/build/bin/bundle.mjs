#!/usr/bin/env node
/*
 * Bundles the Lambda functions of the package in the current folder: src/handler.ts, and those in
 * folders named functions. Each gets bundle/, bundle.zip and bundle-maps/ in its folder.
 */
import { existsSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { bundleFunction } from "@rainhooks/local/bundling/bundle-function.mjs";

/** Where code begins, and where its bundle goes. */
const entries = [
  { entry: "src/handler.ts", folder: "." },
  ...readdirSync(".").flatMap((name) => {
    const functions = join(name, "functions");
    const folders = existsSync(functions)
      ? readdirSync(functions).map((one) => join(functions, one))
      : [];
    return folders.map((folder) => ({ entry: join(folder, "handler.ts"), folder }));
  }),
].filter(({ entry }) => existsSync(entry));
if (entries.length === 0)
  console.log(
    `${basename(process.cwd())}: no src/handler.ts, as where the function runs elsewhere`,
  );
await Promise.all(entries.map(({ entry, folder }) => bundle(resolve(entry), resolve(folder))));

async function bundle(entry, folder) {
  const { outputs } = await bundleFunction({ entry, folder }).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
  const all = Object.keys(outputs).filter((file) => file.endsWith(".mjs"));
  const atStart = ["bundle/index.mjs"];
  for (const file of atStart) {
    for (const { path, kind } of outputs[file].imports) {
      if (kind === "import-statement" && path in outputs && !atStart.includes(path))
        atStart.push(path);
    }
  }
  const kib = (files) =>
    (files.reduce((sum, file) => sum + outputs[file].bytes, 0) / 1024).toFixed(0);
  console.log(
    `${basename(folder)}: ${kib(all)} KiB in ${all.length} files, ${kib(atStart)} KiB loaded at start`,
  );
}
