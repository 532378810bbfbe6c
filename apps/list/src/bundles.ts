import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { RainhooksError } from "@rainhooks/core/errors";
import { functionFolder } from "@rainhooks/local/bundling/function-folder.mjs";

/**
 * The folder of a function's bundle, for who runs it here.
 *
 * @throws {RainhooksError} `stage-failed` when it has not been built.
 */
export function bundleDir(name: string): string {
  return built(name, "bundle");
}

/**
 * The zip of a function's bundle, for who deploys it: the same bytes for the same sources, on any
 * machine and day.
 *
 * @throws {RainhooksError} `stage-failed` when it has not been built.
 */
export function bundleZip(name: string): string {
  return built(name, "bundle.zip");
}

/**
 * The folder with the code of a function, if it can be bundled here: `handler.ts` and `webhook.ts`.
 */
export function sourceDir(name: string): string | undefined {
  const folder = functionFolder(rootDir(), name);
  return existsSync(join(folder, "handler.ts")) ? folder : join(folder, "src");
}

/** Files are shown relative to this folder. */
export function rootDir(): string {
  return fileURLToPath(new URL("../../..", import.meta.url));
}

/** Bundles what is not built yet. Here, the build has done that. */
export async function prepareBundles(): Promise<void> {}

function built(name: string, output: string): string {
  const path = join(functionFolder(rootDir(), name), output);
  if (existsSync(path)) return path;
  throw new RainhooksError("stage-failed", `${name} has no ${output} yet: "npm start" builds it.`);
}
