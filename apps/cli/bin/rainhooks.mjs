#!/usr/bin/env node
/*
 * The rainhooks command, to be linked into a folder on the PATH. It runs in this Node.js if that is new enough to read TypeScript,
 * otherwise in the one that came with the dependencies.
 */
const READS_TYPESCRIPT = 24;

// Where relative paths begin, as npm would tell it.
process.env.INIT_CWD = process.cwd();
const [major = "0"] = process.versions.node.split(".");
if (Number(major) >= READS_TYPESCRIPT) {
  await import("../src/main.ts");
} else {
  process.argv.splice(2, 0, "rainhooks");
  await import("../../../packages/tooling/bin/run.mjs");
}
