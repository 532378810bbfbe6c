#!/usr/bin/env node
/*
 * The rainhooks command, to be linked into a folder on the PATH. It runs in the current Node.js if
 * that can run TypeScript, otherwise in the one that is installed with the dependencies.
 */
const MIN_TYPESCRIPT_VERSION = 24;

// The folder of the caller, for relative paths; npm sets it for scripts.
process.env.INIT_CWD = process.cwd();
const [major = "0"] = process.versions.node.split(".");
if (Number(major) >= MIN_TYPESCRIPT_VERSION) {
  await import("../src/main.ts");
} else {
  process.argv.splice(2, 0, "rainhooks");
  await import("../../../tools/build/bin/run.mjs");
}
