#!/usr/bin/env node
/*
 * Packs the rainhooks command as an npm package, rainhooks-<version>.tgz, into apps/cli/package or the folder in the first
 * argument. The code of the workspace is bundled; npm packages are dependencies with ranges based on the workspace's versions, except
 * those that are much smaller when bundled.
 */
import { spawnSync } from "node:child_process";
import { copyFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { bundleCommand } from "../src/bundle-command.mjs";
import { ROOT } from "../src/lambda-node.mjs";

const CLI = join(ROOT, "apps/cli");
const OUT = resolve(process.argv[2] ?? join(CLI, "package"));
/** Needed only for SQL on the archive of a local stage, and larger than all other dependencies together. */
const OPTIONAL = new Set(["@duckdb/node-api"]);
/** Packages that a dependency imports, and the command itself does not. */
const PEERS = ["commander"];

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
const { metafile } = await bundleCommand({
  outdir: join(OUT, "dist"),
  sourcemap: true,
  // Names and lines are enough to find the place of an error.
  sourcesContent: false,
  metafile: true,
});
const names = new Set([...externals(metafile), ...PEERS]);
const manifest = await makeManifest([...names].sort());
await writeFile(join(OUT, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
await writeFile(join(OUT, "bin.mjs"), '#!/usr/bin/env node\nawait import("./dist/rainhooks.mjs");\n', {
  mode: 0o755,
});
await copyFile(join(CLI, "README.md"), join(OUT, "README.md"));
await copyFile(join(ROOT, "LICENSE"), join(OUT, "LICENSE"));
await copyLicences(metafile);
await cp(join(ROOT, "docs/samples"), join(OUT, "samples"), { recursive: true });
await cp(join(ROOT, "apps/console/bundle"), join(OUT, "console"), { recursive: true });
const { status, stdout, stderr } = spawnSync("npm", ["pack", "--json"], {
  cwd: OUT,
  encoding: "utf8",
  shell: process.platform === "win32",
});
if (status !== 0) {
  console.error(`npm pack failed: ${stderr}`);
  process.exit(1);
}
const [{ filename, size, unpackedSize }] = JSON.parse(stdout);
const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
console.log(`${join(OUT, filename)}: ${kib(size)}, ${kib(unpackedSize)} unpacked`);

/** Copies the licences of the npm packages that are bundled. */
async function copyLicences({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [],
  );
  await mkdir(join(OUT, "licences"));
  for (const folder of new Set(folders)) {
    const name = folder.replace(/^.*node_modules\//, "").replace("/", "-");
    await copyFile(join(CLI, folder, "LICENSE"), join(OUT, "licences", name));
  }
}

function externals({ outputs }) {
  return Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external && !isBuiltin(path))
    .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)[0]);
}

async function makeManifest(dependencies) {
  const { version, description, license } = JSON.parse(await readFile(join(CLI, "package.json"), "utf8"));
  const { repository } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const ranges = await readRanges();
  const rangesOf = (chosen) => Object.fromEntries(chosen.map((name) => [name, ranges.get(name)]));
  return {
    name: "rainhooks",
    version,
    description,
    license,
    ...(repository === undefined ? {} : { repository: { ...repository, directory: "apps/cli" } }),
    type: "module",
    bin: { rainhooks: "bin.mjs" },
    files: ["dist", "samples", "console", "licences", "bin.mjs"],
    // The minimum version of commander.
    engines: { node: ">=22.12" },
    dependencies: rangesOf(dependencies.filter((name) => !OPTIONAL.has(name))),
    optionalDependencies: rangesOf(dependencies.filter((name) => OPTIONAL.has(name))),
  };
}

/** Reads the versions of the pnpm catalog as ranges that are compatible with the tested version. */
async function readRanges() {
  const workspace = await readFile(join(ROOT, "pnpm-workspace.yaml"), "utf8");
  const [, catalog = ""] = /^catalog:\n((?: {2}.*\n)+)/m.exec(workspace) ?? [];
  const entries = [...catalog.matchAll(/^ {2}"?([^":]+)"?: (\S+)$/gm)];
  return new Map(entries.map(([, name, version]) => [name, /^\^|-/.test(version) ? version : `^${version}`]));
}
