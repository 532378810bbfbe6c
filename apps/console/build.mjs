/* Bundles the page: src/page/main.tsx and all its imports → bundle/, with index.html. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

const OUT = "bundle";

await rm(OUT, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { main: "src/page/main.tsx", style: "src/page/style/style.css" },
  outdir: OUT,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: true,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
const built = Object.entries(metafile.outputs);
const fileOf = (entry) => basename(built.find(([, { entryPoint }]) => entryPoint === entry)[0]);
const page = (await readFile("src/page/index.html", "utf8"))
  .replace("{style}", fileOf("src/page/style/style.css"))
  .replace("{script}", fileOf("src/page/main.tsx"));
await writeFile(`${OUT}/index.html`, page);
const kib = (bytes) => (bytes / 1024).toFixed(0);
console.log(
  `console: ${kib(built.reduce((sum, [, { bytes }]) => sum + bytes, 0))} KiB in ${built.length} files`,
);
