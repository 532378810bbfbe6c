/* Bundles the page: src/page/main.tsx and all its imports → bundle/, with index.html. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const HERE = import.meta.dirname;
/** What the bundle is made of, for who asks. */
const META = join(HERE, "bundle-maps");
const OUT = join(HERE, "bundle");

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const { metafile } = await build({
  absWorkingDir: HERE,
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
const page = (await readFile(join(HERE, "src/page/index.html"), "utf8"))
  .replace("{style}", fileOf("src/page/style/style.css"))
  .replace("{script}", fileOf("src/page/main.tsx"));
await writeFile(join(OUT, "index.html"), page);
await mkdir(META, { recursive: true });
await writeFile(join(META, "meta.json"), JSON.stringify(metafile));
const bytes = built.reduce((sum, [, output]) => sum + output.bytes, 0);
console.log(`console: ${(bytes / 1024).toFixed(0)} KiB in ${built.length} files`);
