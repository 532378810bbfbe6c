import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RainhooksError } from "@rainhooks/core";

/**
 * The folder of a function's bundle, for who runs it here.
 *
 * @throws {RainhooksError} `stage-failed` when it has not been built.
 */
export function bundleDir(name: string): string {
  return built(name, "bundle");
}

/**
 * The zip of a function's bundle, for who deploys it: the same bytes for the same sources, on any machine and day.
 *
 * @throws {RainhooksError} `stage-failed` when it has not been built.
 */
export function bundleZip(name: string): string {
  return built(name, "bundle.zip");
}

function built(name: string, output: string): string {
  const path = fileURLToPath(new URL(`../../${name}/${output}`, import.meta.url));
  if (existsSync(path)) return path;
  throw new RainhooksError("stage-failed", `${name} has no ${output} yet: run "pnpm turbo bundle" first.`);
}
