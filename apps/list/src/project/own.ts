import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { Extension } from "@rainhooks/stage/extension";
import { OWN_FILE, PROJECT } from "./folder.ts";

/**
 * Loads the extensions of a project: `OWN_EXTENSIONS` of its file `extensions.ts`.
 *
 * @throws {RainhooksError} `input-invalid` with the file, and what is wrong with it.
 */
async function loadOwn(project: string): Promise<readonly Extension[]> {
  const file = join(project, OWN_FILE);
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `${file} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const found: unknown = Object.entries(module ?? {}).find(([name]) => name === "OWN_EXTENSIONS")?.[1];
  if (Array.isArray(found) && found.every(isExtension)) return found;
  throw new RainhooksError(
    "input-invalid",
    `${file} does not export OWN_EXTENSIONS: a list of extensions, each with a name and functions.`,
  );
}

/** `defineFunction` has checked what is in it when its module was loaded. */
function isExtension(value: unknown): value is Extension {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    "functions" in value &&
    Array.isArray(value.functions)
  );
}

/**
 * The extensions of the project in which this command was called. In an installed package, this is the list
 * in place of `../own.ts`.
 */
export const OWN_EXTENSIONS: readonly Extension[] = PROJECT === undefined ? [] : await loadOwn(PROJECT);
