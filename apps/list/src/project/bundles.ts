import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { bundleFunction } from "@rainhooks/local/bundling/bundle-function.mjs";
import { OWN_FOLDER, PROJECT } from "./folder.ts";
import { OWN } from "./own.ts";

/*
 * In an installed package, these take the place of those of `../bundles.ts`: what comes with Rainhooks was
 * built for the package, and what is the project's own is built when it is needed.
 */

const SHIPPED = fileURLToPath(new URL("./functions", import.meta.resolve("rainhooks/package.json")));

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
  const shipped = join(SHIPPED, name);
  return PROJECT === undefined || existsSync(shipped) ? shipped : join(PROJECT, BUILT, name);
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
 * Bundles the project's own functions, but for those that run elsewhere.
 *
 * @throws {RainhooksError} `stage-failed` with what esbuild says.
 */
export async function prepareBundles(): Promise<void> {
  for (const definition of OWN) {
    const { name, sameAs } = definition;
    const isExternal = definition.trigger === "topics" && definition.runtime === "external";
    if (sameAs !== undefined || isExternal) continue;
    const folder = join(rootDir(), BUILT, name);
    await bundleFunction({ entry: join(rootDir(), OWN_FOLDER, name, "handler.ts"), folder }).catch(
      (error: unknown) => {
        throw new RainhooksError("stage-failed", `webhooks/${name} cannot be bundled: ${messageOf(error)}`, {
          cause: error,
        });
      },
    );
  }
}

function isOwn(name: string): boolean {
  return OWN.some((one) => one.name === name);
}
