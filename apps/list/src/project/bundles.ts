import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { bundleFunction } from "@rainhooks/local/bundling/bundle-function.mjs";
import { queryApi } from "../query-api.ts";
import { OWN_FILE, OWN_FOLDER, PROJECT } from "./folder.ts";
import { OWN_EXTENSIONS } from "./own.ts";

/*
 * In an installed package, these take the place of those of `../bundles.ts`: what comes with Rainhooks was
 * built for the package, and what is the project's own is built when it is needed.
 */

const INSTALLED = dirname(fileURLToPath(import.meta.resolve("rainhooks/package.json")));

const OWN = OWN_EXTENSIONS.flatMap(({ functions }) => functions);
/** The HTTP API is then bundled with them. */
const HAS_QUESTIONS = OWN_EXTENSIONS.some(({ questions = [] }) => questions.length > 0);

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
  return PROJECT !== undefined && isOwn(name) ? join(PROJECT, OWN_FOLDER, name) : undefined;
}

/** See `../bundles.ts`. */
export function rootDir(): string {
  return PROJECT ?? process.cwd();
}

/**
 * Bundles the project's own functions, but for those that run elsewhere, and the HTTP API if it has queries
 * of the project.
 *
 * @throws {RainhooksError} `stage-failed` with what esbuild says.
 */
export async function prepareBundles(): Promise<void> {
  for (const definition of OWN) {
    const { name, sameAs } = definition;
    const isExternal = definition.trigger === "topics" && definition.runtime === "external";
    if (sameAs === undefined && !isExternal)
      await prepare(name, join(rootDir(), OWN_FOLDER, name, "handler.ts"));
  }
  if (HAS_QUESTIONS) await prepare(queryApi.name, join(INSTALLED, "dist/query-api.mjs"));
}

async function prepare(name: string, entry: string): Promise<void> {
  const [folder, own] = [join(rootDir(), BUILT, name), join(rootDir(), OWN_FILE)];
  await bundleFunction({ entry, folder, replaced: { "./own.mjs": own } }).catch((error: unknown) => {
    throw new RainhooksError(
      "stage-failed",
      `${relative(rootDir(), entry)} cannot be bundled: ${messageOf(error)}`,
      { cause: error },
    );
  });
}

function isOwn(name: string): boolean {
  return OWN.some((one) => one.name === name);
}
