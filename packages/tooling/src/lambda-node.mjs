import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const LAMBDA_NODE = 24;

/** The workspace's folder. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The Node.js that Lambda runs: this one, or the one among the dependencies; `undefined` where none comes for the
 * platform.
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
      // Not this machine's platform.
    }
  }
  return undefined;
}
