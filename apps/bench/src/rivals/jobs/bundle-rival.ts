import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUNDLE_OPTIONS } from "@rainhooks/tooling/src/bundle-options.mjs";
import { build } from "esbuild";

/** The rivals' handlers, each a file in `rivals/handlers`. */
type RivalName = "powertools-node-status" | "powertools-time-series" | "fork-pipeline";

/** Bundles of rivals. */
export interface RivalBundles {
  /** Returns the path of a bundle's file. */
  path(name: RivalName): string;
  remove(): Promise<void>;
}

const NAMES: readonly RivalName[] = ["powertools-node-status", "powertools-time-series", "fork-pipeline"];

/** Bundles the handlers of all rivals as ours are bundled. */
export async function bundleRivals(): Promise<RivalBundles> {
  const folder = await mkdtemp(join(tmpdir(), "rivals-"));
  for (const name of NAMES)
    await build({
      ...BUNDLE_OPTIONS,
      entryPoints: [fileURLToPath(new URL(`../handlers/${name}.ts`, import.meta.url))],
      outdir: join(folder, name),
      entryNames: "index",
      splitting: true,
      minify: true,
    });
  return {
    path: (name) => join(folder, name, "index.mjs"),
    remove: () => rm(folder, { recursive: true }),
  };
}
