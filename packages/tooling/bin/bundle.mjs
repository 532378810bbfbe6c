#!/usr/bin/env node
/*
 * Bundles the Lambda app in the current folder: src/handler.ts and all its imports → bundle/, and the same files as
 * bundle.zip, which a stage deploys. Output: minified ES modules. Source maps go to bundle-maps/ and are not deployed.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";
import { BUNDLE_OPTIONS } from "../src/bundle-options.mjs";
import { leaveOut } from "../src/leave-out.mjs";

const OUT = "bundle";
const MAPS = "bundle-maps";
const ZIP = "bundle.zip";
/** The earliest date of the zip format. All files have this date, so that the same sources always make the same bytes. */
const ZIP_DATE = new Date(1980, 0, 1);
/** Unix file mode 644: Lambda's user, who is not the owner of the files, must be able to read them. */
const ZIP_FILE = { os: 3, attrs: (0o100644 << 16) >>> 0 };

await rm(OUT, { recursive: true, force: true });
await rm(MAPS, { recursive: true, force: true });
await rm(ZIP, { force: true });

const OPTIONS = {
  ...BUNDLE_OPTIONS,
  entryPoints: { index: "src/handler.ts" },
  outdir: OUT,
  splitting: true,
  chunkNames: "chunk-[hash]",
  minify: true,
  sourcemap: "external",
  logLevel: "warning",
};

const { metafile: draft } = await build({ ...OPTIONS, write: false });
const { metafile } = await build({ ...OPTIONS, plugins: [await leaveOut(draft.inputs)] });

const outputs = Object.entries(metafile.outputs).filter(([file]) => file.endsWith(".mjs"));
const outside = outputs.flatMap(([, { imports }]) =>
  imports.filter(({ external, path }) => external && !isBuiltin(path)).map(({ path }) => path),
);
if (outside.length > 0) {
  console.error(
    `These imports are not in the bundle: ${[...new Set(outside)].join(", ")}. A Lambda function can only load its bundle.`,
  );
  process.exit(1);
}

await mkdir(MAPS);
for (const file of await readdir(OUT)) {
  if (file.endsWith(".map")) await rename(join(OUT, file), join(MAPS, file));
}

const files = (await readdir(OUT)).sort();
const contents = await Promise.all(
  files.map(async (file) => [file, [await readFile(join(OUT, file)), ZIP_FILE]]),
);
await writeFile(ZIP, zipSync(Object.fromEntries(contents), { level: 9, mtime: ZIP_DATE }));

const kib = (files) => (files.reduce((sum, file) => sum + metafile.outputs[file].bytes, 0) / 1024).toFixed(0);
const atStart = [`${OUT}/index.mjs`];
for (const file of atStart) {
  for (const { path, kind } of metafile.outputs[file].imports) {
    if (kind === "import-statement" && path in metafile.outputs && !atStart.includes(path))
      atStart.push(path);
  }
}
const all = outputs.map(([file]) => file);
console.log(
  `${basename(process.cwd())}: ${kib(all)} KiB in ${all.length} files, ${kib(atStart)} KiB loaded at start`,
);
