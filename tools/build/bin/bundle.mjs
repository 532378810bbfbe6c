#!/usr/bin/env node
/* Bundles the Lambda app in the current folder: src/handler.ts → bundle/, bundle.zip and bundle-maps/. */
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { bundleFunction } from "@rainhooks/local/bundling/bundle-function.mjs";

const entry = resolve("src/handler.ts");
if (!existsSync(entry)) {
  console.log(`${basename(process.cwd())}: no src/handler.ts, as where the function runs elsewhere`);
  process.exit(0);
}
const { outputs } = await bundleFunction({ entry, folder: process.cwd() }).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
const all = Object.keys(outputs).filter((file) => file.endsWith(".mjs"));
const atStart = ["bundle/index.mjs"];
for (const file of atStart) {
  for (const { path, kind } of outputs[file].imports) {
    if (kind === "import-statement" && path in outputs && !atStart.includes(path)) atStart.push(path);
  }
}
const kib = (files) => (files.reduce((sum, file) => sum + outputs[file].bytes, 0) / 1024).toFixed(0);
console.log(
  `${basename(process.cwd())}: ${kib(all)} KiB in ${all.length} files, ${kib(atStart)} KiB loaded at start`,
);
