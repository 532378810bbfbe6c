#!/usr/bin/env node
/*
 * Packs what people install: tarballs in .release, or the folder of --out, with their sizes and checksums; with --only, one of them. With --publish, publishes them to the registry of npm's configuration.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../src/lambda-node.mjs";
import { writePackages } from "../src/release/write-packages.mjs";

const { values } = parseArgs({
  options: { publish: { type: "boolean" }, out: { type: "string" }, only: { type: "string" } },
});
const { publish: publishes = false } = values;
const OUT = resolve(values.out ?? join(ROOT, ".release"));

const npm = (args, cwd) => {
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status === 0) return stdout;
  console.error(`npm ${args[0]} failed: ${stderr}`);
  process.exit(1);
};

const kib = (bytes) => `${Math.round(bytes / 1024).toLocaleString("en-US")} KiB`;
const sums = [];
for (const folder of await writePackages(OUT, values.only)) {
  const [{ filename, size, unpackedSize, files }] = JSON.parse(
    npm(["pack", "--json", "--pack-destination", OUT], folder),
  );
  const sum = createHash("sha256")
    .update(readFileSync(join(OUT, filename)))
    .digest("hex");
  sums.push(`${sum}  ${filename}`);
  console.log(`${filename}: ${kib(size)}, ${kib(unpackedSize)} unpacked in ${files.length} files`);
  if (publishes)
    npm(["publish", join(OUT, filename), ...(process.env.GITHUB_ACTIONS ? ["--provenance"] : [])], ROOT);
}
writeFileSync(join(OUT, "SHA256SUMS"), `${sums.join("\n")}\n`);
console.log(publishes ? "Published." : `Packed into ${OUT}.`);
