#!/usr/bin/env node
/*
 * The rainhooks command, to be linked into a folder on the PATH. Runs in this Node.js if it is new enough to read TypeScript,
 * otherwise in the one that came with the dependencies.
 */
const [major = 0] = process.versions.node.split(".").map(Number);
if (major >= 24) {
  await import("../src/main.ts");
} else {
  process.argv.splice(2, 0, "rainhooks");
  await import("../../../packages/tooling/bin/run.mjs");
}
