import { BUNDLE_OPTIONS } from "@rainhooks/local/bundling/bundle-options.mjs";
import { build } from "esbuild";

/**
 * Bundles a handler as a function that is deployed.
 *
 * @param handlerPath Path of the file that exports `handler`.
 * @param outDir Folder for the bundle.
 */
export async function bundleHandler(handlerPath: string, outDir: string): Promise<void> {
  await build({
    ...BUNDLE_OPTIONS,
    entryPoints: { index: handlerPath },
    outdir: outDir,
    logLevel: "silent",
  });
}
