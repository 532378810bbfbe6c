import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * The folder of a webhook's bundle.
 *
 * @throws {Error} when it has not been built.
 */
export function bundleDir(webhook: string): string {
  const folder = fileURLToPath(new URL(`../../apps/${webhook}/bundle`, import.meta.url));
  if (existsSync(folder)) return folder;
  throw new Error(`${webhook} has no bundle yet: run "pnpm turbo build" first.`);
}
