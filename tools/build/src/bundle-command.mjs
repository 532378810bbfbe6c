import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./lambda-node.mjs";

/** Packages of the workspace. */
const OURS = /^(?:@rainhooks|create-rainhooks)\//;
/**
 * The SDK for assistants and what it imports: 17 MB installed, 0.8 MB bundled. Their licences are
 * in the package.
 */
const BUNDLED = /^(?:@modelcontextprotocol\/(?:server|core)|zod)(?:\/|$)/;

/**
 * Bundles the rainhooks command: the code of the workspace in one folder, in parts that are loaded
 * when they are needed. npm packages stay imports, except those that are much smaller when bundled.
 *
 * @param options More options of esbuild, such as `outdir`.
 * @param more More entry points.
 * @param plugins Plugins of esbuild that come first.
 */
export function bundleCommand(options, more = {}, plugins = []) {
  return build({
    absWorkingDir: join(ROOT, "apps/cli"),
    entryPoints: {
      rainhooks: "src/main.ts",
      ...more,
    },
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22",
    plugins: [...plugins, { name: "dependencies", setup: keepDependencies }],
    logLevel: "warning",
    ...options,
  });
}

/** esbuild plugin: bundles the packages of the workspace, and leaves npm packages as imports. */
function keepDependencies({ onResolve }) {
  onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
    if (kind === "entry-point" || OURS.test(path) || BUNDLED.test(path)) return undefined;
    return { path, external: true };
  });
}
