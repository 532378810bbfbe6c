import { copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { functionFolder } from "@rainhooks/local/bundling/function-folder.mjs";
import { bundleCommand } from "../bundle-command.mjs";
import { ROOT } from "../lambda-node.mjs";
import { writeBin } from "./bin.mjs";
import { copyLicences } from "./licences.mjs";
import { packageOf } from "./ranges.mjs";
import { NATIVE, vendorDynalite } from "./vendor.mjs";

/**
 * Needed only for SQL on the archive of a local stage, and larger than all other dependencies
 * together.
 */
export const OPTIONAL = "@duckdb/node-api";
/** Packages that a dependency imports, and the command itself does not. */
const PEERS = ["commander"];
/**
 * More modules of the package: what extensions of a project import, the HTTP API, which is bundled
 * with their queries, and their list, in place of which that bundle has the project's own.
 */
const MORE = {
  extension: "../../packages/stage/src/published/extension.ts",
  question: "../../packages/stage/src/published/question.ts",
  "query-api": "../api/src/functions/query-api/handler.ts",
  "project-extensions": "../list/src/project/project-extensions.ts",
};
const LIST = join(ROOT, "apps/list/src");
const BUNDLED_AT = join(ROOT, "apps/cli/dist-of-release");

/**
 * Writes the package `rainhooks`: the command and the local stage in one bundle, the built
 * functions, the page and the samples.
 *
 * @returns The npm packages that it imports, and the folders of those whose code is in it.
 */
export async function writeCommand(out, functions) {
  const { metafile, outputFiles } = await bundleCommand(
    {
      // Source maps name sources from here, and the names of files follow from the maps: they are
      // the same wherever `out` and the clone are.
      outdir: BUNDLED_AT,
      write: false,
      sourcemap: true,
      // Names and lines are enough to find the place of an error.
      sourcesContent: false,
      metafile: true,
    },
    MORE,
    [{ name: "installed", setup: asInstalled }],
  );
  await mkdir(join(out, "dist"), { recursive: true });
  for (const { path, contents } of outputFiles)
    await writeFile(join(out, "dist", relative(BUNDLED_AT, path)), contents);
  writeBin(out, "dist/rainhooks.mjs");
  const copied = {
    "docs/samples": "samples",
    "apps/console/bundle": "console",
    "packages/create-rainhooks/templates": "templates",
    // Beside the code that finds them there.
    "packages/local/bundle": "bundle",
    "packages/local/src/bundling/lambda": "dist/lambda",
  };
  for (const [from, to] of Object.entries(copied))
    await cp(join(ROOT, from), join(out, to), { recursive: true });
  for (const name of functions) {
    const folder = join(out, "functions", name);
    await mkdir(folder, { recursive: true });
    await cp(join(functionFolder(ROOT, name), "bundle"), join(folder, "bundle"), {
      recursive: true,
    });
    await copyFile(join(functionFolder(ROOT, name), "bundle.zip"), join(folder, "bundle.zip"));
  }
  const dynalite = await vendorDynalite(join(out, "dist/dynalite.mjs"));
  const bundled = await copyLicences(out, {
    "apps/cli": metafile,
    "packages/embedded-dynamodb": dynalite,
  });
  return { imported: [...externals(metafile), ...PEERS, NATIVE], bundled };
}

function asInstalled({ onResolve, onLoad }) {
  onLoad({ filter: /apps[\\/]list[\\/]src[\\/]bundles\.ts$/ }, () => ({
    contents: 'export * from "./project/bundles.ts";',
    loader: "ts",
    resolveDir: LIST,
  }));
  onResolve({ filter: /\/project-extensions\.ts$/ }, ({ kind }) =>
    kind === "entry-point" ? undefined : { path: "./project-extensions.mjs", external: true },
  );
  onResolve({ filter: /^dynalite$/ }, () => ({ path: "./dynalite.mjs", external: true }));
}

function externals({ outputs }) {
  return Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external && !path.startsWith(".") && !isBuiltin(path))
    .map(({ path }) => packageOf(path));
}
