import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../lambda-node.mjs";

/** Reads the versions of the pnpm catalog as ranges that are compatible with the tested version. */
export function readRanges() {
  const workspace = readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8");
  const [, catalog = ""] = /^catalog:\n((?: {2}.*\n)+)/m.exec(workspace) ?? [];
  const entries = [...catalog.matchAll(/^ {2}"?([^":]+)"?: (\S+)$/gm)];
  return new Map(
    entries.map(([, name, version]) => [name, /^\^|-/.test(version) ? version : `^${version}`]),
  );
}

/** Returns the name of the package that a module is imported from. */
export function packageOf(specifier) {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)[0];
}

/**
 * Returns the ranges of npm packages.
 *
 * @throws {Error} if one is not in the catalog.
 */
export function rangesOf(names, ranges = readRanges()) {
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => {
      const range = ranges.get(name);
      if (range === undefined)
        throw new Error(`${name} is not in the catalog of pnpm-workspace.yaml.`);
      return [name, range];
    }),
  );
}
