#!/usr/bin/env node
/*
 * Packs what people install: tarballs in .release, or the folder of --out, with checksums, notes,
 * and a bill of materials of each package and of each function. With --only, one of them. With
 * --publish, publishes them to the registry of npm's configuration. --prepare <version> instead
 * makes what is unreleased a version.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../src/lambda-node.mjs";
import { notesOf, withVersion } from "../src/release/notes.mjs";
import { sbomOfFunction, sbomOfPackage } from "../src/release/sbom.mjs";
import { shippedFunctions, writePackages } from "../src/release/write-packages.mjs";

const text = { type: "string" };
const { values } = parseArgs({
  options: { publish: { type: "boolean" }, out: text, only: text, prepare: text },
});
const OUT = resolve(values.out ?? join(ROOT, ".release"));
const CHANGELOG = join(ROOT, "CHANGELOG.md");
const MANIFEST = join(ROOT, "package.json");

try {
  if (values.prepare === undefined) await release(values.publish === true);
  else prepare(values.prepare);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** All packages of a release have the version of the workspace. */
function prepare(version) {
  const day = new Date().toISOString().slice(0, 10);
  const changelog = withVersion(readFileSync(CHANGELOG, "utf8"), version, day);
  for (const path of globSync(
    ["package.json", "{apps,packages,tools}/*/package.json", "{extensions,infra}/package.json"],
    {
      cwd: ROOT,
    },
  )) {
    const manifest = { ...JSON.parse(readFileSync(join(ROOT, path), "utf8")), version };
    writeFileSync(join(ROOT, path), `${JSON.stringify(manifest, undefined, 2)}\n`);
  }
  keepFixtures(version);
  // Last: what has failed before can be done again.
  writeFileSync(CHANGELOG, changelog);
  console.log(
    `CHANGELOG.md and all package.json have ${version}. Read the notes, commit, and push the tag v${version}.`,
  );
}

/**
 * Keeps what later versions are tested with: the names and keys of a stage's resources, and the
 * data of a local stage.
 */
function keepFixtures(version) {
  runNode(["--no-deprecation", "infra/src/upgrade/keep.ts", `infra/releases/${version}.json`]);
  const data = ["--data", `tools/e2e/releases/${version}`];
  runNode(["--", "apps/local/src/main.ts", ...data, "--nodes", "6", "--events", "80", "--exit"]);
}

function runNode(args) {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}

async function release(publishes) {
  const { version } = JSON.parse(readFileSync(MANIFEST, "utf8"));
  const sums = [];
  const keep = (name, content) => {
    writeFileSync(join(OUT, name), content);
    sums.push(`${createHash("sha256").update(content).digest("hex")}  ${name}`);
  };
  const keepSbom = (name, sbom) =>
    keep(`${name}-${version}.cdx.json`, `${JSON.stringify(sbom, undefined, 2)}\n`);
  for (const { folder, manifest, bundled } of await writePackages(OUT, values.only)) {
    const packed = JSON.parse(npm(["pack", "--json", "--pack-destination", OUT], folder));
    const [{ filename, size, unpackedSize, files }] = packed;
    keep(filename, readFileSync(join(OUT, filename)));
    console.log(
      `${filename}: ${kib(size)}, ${kib(unpackedSize)} unpacked in ${files.length} files`,
    );
    keepSbom(basename(folder), sbomOfPackage(manifest, bundled));
  }
  if (values.only === undefined)
    for (const name of await shippedFunctions())
      keepSbom(`function-${name}`, sbomOfFunction(name, version));
  writeFileSync(join(OUT, "SHA256SUMS"), `${sums.join("\n")}\n`);
  writeFileSync(join(OUT, "NOTES.md"), notesOf(readFileSync(CHANGELOG, "utf8"), version));
  if (publishes)
    publish(sums.map((line) => line.split("  ")[1]).filter((name) => name.endsWith(".tgz")));
  console.log(publishes ? "Published." : `Packed into ${OUT}.`);
}

function publish(tarballs) {
  const provenance = process.env.GITHUB_ACTIONS === undefined ? [] : ["--provenance"];
  for (const name of tarballs) npm(["publish", join(OUT, name), ...provenance], ROOT);
}

function npm(args, cwd) {
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status === 0) return stdout;
  throw new Error(`npm ${args[0]} failed: ${stderr}`);
}

function kib(bytes) {
  return `${Math.round(bytes / 1024).toLocaleString("en-US")} KiB`;
}
