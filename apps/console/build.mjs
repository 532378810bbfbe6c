/*
 * Bundles the page: src/page/main.tsx and all its imports → bundle/, with index.html. With --watch <folder>,
 * it is built there again at each change, and reloads itself in the browser.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, context } from "esbuild";

const HERE = import.meta.dirname;
const PAGE = join(HERE, "src/page");
/** What the bundle is made of, for who asks. */
const META = join(HERE, "bundle-maps");
const watched = process.argv[2] === "--watch" ? process.argv[3] : undefined;
const out = watched ?? join(HERE, "bundle");

/** Asks every half second whether the page was built again. */
const RELOAD = `let built;setInterval(async()=>{try{const now=await(await fetch("/files/built.js",{cache:"no-store"})).text();if(built&&built!==now)location.reload();built=now}catch{}},500);`;

const options = {
  absWorkingDir: HERE,
  entryPoints: { main: "src/page/main.tsx", style: "src/page/style/style.css" },
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: watched === undefined,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
  ...(watched === undefined ? {} : { banner: { js: RELOAD }, sourcemap: "inline" }),
};

async function writePage({ metafile }) {
  const built = Object.entries(metafile.outputs);
  const fileOf = (entry) => basename(built.find(([, { entryPoint }]) => entryPoint === entry)[0]);
  const page = (await readFile(join(PAGE, "index.html"), "utf8"))
    .replace("{style}", fileOf("src/page/style/style.css"))
    .replace("{script}", fileOf("src/page/main.tsx"));
  await writeFile(join(out, "index.html"), page);
  if (watched !== undefined) await writeFile(join(out, "built.js"), `// ${Date.now()}\n`);
  const kib = (bytes) => (bytes / 1024).toFixed(0);
  console.log(
    `console: ${kib(built.reduce((sum, [, { bytes }]) => sum + bytes, 0))} KiB in ${built.length} files`,
  );
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
if (watched === undefined) {
  const result = await build(options);
  await writePage(result);
  await mkdir(META, { recursive: true });
  await writeFile(join(META, "meta.json"), JSON.stringify(result.metafile));
} else {
  const onEnd = {
    name: "page",
    setup: (build) =>
      build.onEnd(async (result) => {
        if (result.metafile === undefined) return;
        const built = Object.keys(result.metafile.outputs).map((path) => basename(path));
        const old = (await readdir(out)).filter((name) => !built.includes(name));
        await Promise.all(old.map((name) => rm(join(out, name))));
        await writePage(result);
      }),
  };
  const page = await context({ ...options, plugins: [onEnd] });
  await page.watch();
  // It ends with who has started it. Ctrl-C is for them: a terminal sends it to all.
  process.on("SIGINT", () => undefined);
  process.stdin
    .on("end", async () => {
      // Otherwise esbuild's process stays for ever, if one of its pings has no answer just then, as on a busy
      // machine.
      await page.dispose();
      process.exit(0);
    })
    .resume();
}
