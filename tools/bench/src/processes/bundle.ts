import { BUNDLE_OPTIONS } from "@rainhooks/local/bundling/bundle-options.mjs";
import { build, type Plugin } from "esbuild";

/** Bundles a handler as those of a stage are, as `index.mjs` in a folder. */
export async function bundleInto(outdir: string, entry: string, plugins: Plugin[] = []): Promise<void> {
  const entryPoints = { index: entry };
  await build({ ...BUNDLE_OPTIONS, entryPoints, outdir, splitting: true, minify: true, plugins });
}
