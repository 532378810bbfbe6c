import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { bundleFunction } from "@rainhooks/local/bundling/bundle-function.mjs";
import { queryApi } from "../query-api.ts";
import { EXTENSIONS_FILE, PROJECT, WEBHOOKS_FOLDER } from "./folder.ts";
import { PROJECT_EXTENSIONS } from "./project-extensions.ts";

/*
 * In an installed package, these take the place of those of `../bundles.ts`: what comes with
 * Rainhooks was built for the package, and what is the project's own is built when it is needed.
 */

const INSTALLED = dirname(fileURLToPath(import.meta.resolve("rainhooks/package.json")));

/** The functions of the project. */
const FUNCTIONS = PROJECT_EXTENSIONS.flatMap(({ functions }) => functions);
/** The HTTP API is then bundled with them. */
const HAS_QUESTIONS = PROJECT_EXTENSIONS.some(({ questions = [] }) => questions.length > 0);

/** The folder of a project's own bundles: as other tools do, in the installed packages. */
const BUILT = join("node_modules", ".cache", "rainhooks", "functions");

/** See `../bundles.ts`. */
export function bundleDir(name: string): string {
  return join(folderOf(name), "bundle");
}

/** See `../bundles.ts`. */
export function bundleZip(name: string): string {
  return join(folderOf(name), "bundle.zip");
}

function folderOf(name: string): string {
  const shipped = join(INSTALLED, "functions", name);
  const isShipped = existsSync(shipped) && !(HAS_QUESTIONS && name === queryApi.name);
  return PROJECT === undefined || isShipped ? shipped : join(PROJECT, BUILT, name);
}

/** See `../bundles.ts`. */
export function sourceDir(name: string): string | undefined {
  const isOfProject = FUNCTIONS.some((one) => one.name === name);
  return PROJECT !== undefined && isOfProject ? join(PROJECT, WEBHOOKS_FOLDER, name) : undefined;
}

/** See `../bundles.ts`. */
export function rootDir(): string {
  return PROJECT ?? process.cwd();
}

/**
 * Bundles the project's own functions, but for those that run elsewhere, and the HTTP API if it has
 * queries of the project.
 *
 * @throws {RainhooksError} `stage-failed` with what esbuild says.
 */
export async function prepareBundles(): Promise<void> {
  for (const definition of FUNCTIONS) {
    const { name, sameAs } = definition;
    const isExternal = definition.trigger === "topics" && definition.runtime === "external";
    if (sameAs === undefined && !isExternal)
      await prepare(name, join(rootDir(), WEBHOOKS_FOLDER, name, "handler.ts"));
  }
  if (HAS_QUESTIONS) await prepare(queryApi.name, join(INSTALLED, "dist/query-api.mjs"));
}

async function prepare(name: string, entry: string): Promise<void> {
  const folder = join(rootDir(), BUILT, name);
  const replaced = { "./project-extensions.mjs": join(rootDir(), EXTENSIONS_FILE) };
  await bundleFunction({ entry, folder, replaced }).catch((error: unknown) => {
    throw new RainhooksError(
      "stage-failed",
      `${relative(rootDir(), entry)} cannot be bundled: ${messageOf(error)}`,
      { cause: error },
    );
  });
}
