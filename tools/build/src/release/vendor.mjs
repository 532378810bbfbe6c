import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../lambda-node.mjs";

const REQUIRE =
  'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);';

/** What dynalite and we import that has code for each platform: it stays an npm package. */
export const NATIVE = "classic-level";

/**
 * Bundles dynalite with our patch of it: an installed package has no patches.
 *
 * @returns What esbuild says about it.
 */
export async function vendorDynalite(outfile) {
  const { metafile } = await build({
    absWorkingDir: join(ROOT, "packages/embedded-dynamodb"),
    stdin: {
      contents: 'export { default } from "dynalite";',
      resolveDir: join(ROOT, "packages/embedded-dynamodb"),
    },
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    external: [NATIVE],
    banner: { js: REQUIRE },
    plugins: [{ name: "extensions", setup: withExtensions }],
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}

/** In a bundle, modules that are chosen when it runs are found by their whole names. */
function withExtensions({ onLoad }) {
  onLoad({ filter: /dynalite[\\/]index\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, "utf8")).replace(
      /require\('\.\/(actions|validations)\/' \+ action\)/g,
      "require('./$1/' + action + '.js')",
    ),
  }));
}
