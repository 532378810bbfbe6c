import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const LAMBDA_NODE = 24;

/** Root folder of the workspace. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Returns the path of a Node.js with the version of Lambda or newer: the current process, or the
 * package in the dependencies. Returns `undefined` if there is no package for this platform.
 */
export function findNode() {
  if (Number(process.versions.node.split(".")[0]) >= LAMBDA_NODE) return process.execPath;
  const rootPackage = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const { resolve } = createRequire(join(ROOT, "package.json"));
  for (const name of Object.keys(rootPackage.optionalDependencies)) {
    try {
      const manifest = resolve(`${name}/package.json`);
      const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
      return join(dirname(manifest), typeof bin === "string" ? bin : bin.node);
    } catch {
      // The package is for another platform.
    }
  }
  return undefined;
}

/**
 * Returns the environment for a Node.js process and all that it starts: `node` is this Node.js, and
 * compiled code is kept, which halves the time in which a command starts.
 */
export function nodeEnvironment(node) {
  return {
    NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache/node"),
    ...process.env,
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
  };
}
