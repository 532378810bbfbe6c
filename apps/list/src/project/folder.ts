import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder with the functions of a project, one folder for each. */
export const WEBHOOKS_FOLDER = "webhooks";
/** The file with the list of its extensions. */
export const EXTENSIONS_FILE = "extensions.ts";

/**
 * Returns the folder of the project that has Rainhooks as an installed package: the folder `from`,
 * or one above it, with `extensions.ts`. It must be where the package is installed, because the
 * code in it is run: a command that is installed for all of a machine runs no code of the folder in
 * which it is called.
 *
 * @param installedAt A file of the package.
 */
export function projectFolder(installedAt: string, from: string): string | undefined {
  const [root = "", ...rest] = installedAt.split(`${sep}node_modules${sep}`);
  if (rest.length === 0) return undefined;
  for (let folder = from; `${folder}${sep}`.startsWith(`${root}${sep}`); folder = dirname(folder)) {
    if (existsSync(join(folder, EXTENSIONS_FILE))) return folder;
    if (folder === root) return undefined;
  }
  return undefined;
}

/** The project in which this command was called, if there is one. */
export const PROJECT = projectFolder(fileURLToPath(import.meta.url), process.cwd());
