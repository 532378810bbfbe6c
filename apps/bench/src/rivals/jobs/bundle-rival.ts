import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleInto } from "../../processes/bundle.ts";

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
    await bundleInto(join(folder, name), fileURLToPath(new URL(`../handlers/${name}.ts`, import.meta.url)));
  return {
    path: (name) => join(folder, name, "index.mjs"),
    remove: () => rm(folder, { recursive: true }),
  };
}
