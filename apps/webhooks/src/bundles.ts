import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RainhooksError } from "@rainhooks/core";

/**
 * The folder of a webhook's bundle.
 *
 * @throws {RainhooksError} `stage-failed` when it has not been built.
 */
export function bundleDir(webhook: string): string {
  const folder = fileURLToPath(new URL(`../../${webhook}/bundle`, import.meta.url));
  if (existsSync(folder)) return folder;
  throw new RainhooksError("stage-failed", `${webhook} has no bundle yet: run "pnpm turbo build" first.`);
}
