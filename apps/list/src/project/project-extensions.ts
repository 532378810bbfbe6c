import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject } from "@rainhooks/core/json";
import type { Extension } from "@rainhooks/stage/extension";
import { EXTENSIONS_FILE, PROJECT } from "./folder.ts";

/**
 * Loads the extensions of a project: `PROJECT_EXTENSIONS` of its file `extensions.ts`.
 *
 * @throws {RainhooksError} `input-invalid` with the file, and what is wrong with it.
 */
async function loadList(project: string): Promise<readonly Extension[]> {
  const file = join(project, EXTENSIONS_FILE);
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `${file} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const found: unknown = Object.entries(module ?? {}).find(
    ([name]) => name === "PROJECT_EXTENSIONS",
  )?.[1];
  if (areExtensions(found)) return found;
  const message = `${file} does not export PROJECT_EXTENSIONS: ${extensionsMistake(found)}`;
  throw new RainhooksError("input-invalid", message);
}

const areExtensions = (value: unknown): value is readonly Extension[] =>
  extensionsMistake(value) === undefined;

const areNamed = (value: unknown) =>
  Array.isArray(value) &&
  value.every((one) => isJsonObject(one) && typeof one["name"] === "string");
const orAbsent = (is: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || is(value);

/** The fields of an extension. `defineFunction` has checked what is in a function. */
const FIELDS: readonly (readonly [name: string, rule: string, is: (value: unknown) => boolean])[] =
  [
    ["name", "a text", (value) => typeof value === "string"],
    ["functions", "a list of functions, each with a name", areNamed],
    ["questions", "a list of queries, each with a name", orAbsent(areNamed)],
    ["reads", "an object with tables", orAbsent(isJsonObject)],
    ["commands", "a function that loads them", orAbsent((value) => typeof value === "function")],
    ["operations", "a function that loads them", orAbsent((value) => typeof value === "function")],
  ];

/** Returns in a sentence what is wrong with a list of extensions; `undefined` if nothing is. */
export function extensionsMistake(value: unknown): string | undefined {
  const rule = "a list of extensions, each with a name and functions.";
  if (!Array.isArray(value)) return rule;
  const mistakes = value.flatMap((one: unknown, index) => {
    const fields: Readonly<Record<string, unknown>> = isJsonObject(one) ? one : {};
    const wrong = FIELDS.filter(([name, , is]) => !is(fields[name]));
    return wrong.map(([name, what]) => `${rule} In number ${index + 1}, ${name} must be ${what}.`);
  });
  return mistakes[0];
}

/**
 * The extensions of the project in which this command was called. In an installed package, this is
 * the list in place of `../project-extensions.ts`.
 */
export const PROJECT_EXTENSIONS: readonly Extension[] =
  PROJECT === undefined ? [] : await loadList(PROJECT);
