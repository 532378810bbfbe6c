import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { Extension } from "@rainhooks/stage/extension";
import type { FunctionDefinition } from "@rainhooks/webhook/define";
import { definitionIn } from "../definition-in.ts";
import { OWN_FOLDER, PROJECT } from "./folder.ts";

/**
 * Loads the definitions of a project's own functions: those that `webhooks/<name>/webhook.ts` exports, each
 * with the name of its folder.
 *
 * @throws {RainhooksError} `input-invalid` with the file, and what is wrong with it.
 */
export async function loadOwn(project: string): Promise<FunctionDefinition[]> {
  const folder = join(project, OWN_FOLDER);
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "webhook.ts")));
  return Promise.all(names.sort().map((name) => load(join(folder, name, "webhook.ts"), name)));
}

async function load(file: string, name: string): Promise<FunctionDefinition> {
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new RainhooksError("input-invalid", `${file} cannot be loaded: ${messageOf(error)}`, {
      cause: error,
    });
  });
  const found = definitionIn(module, name);
  if (found !== undefined) return found;
  throw new RainhooksError(
    "input-invalid",
    `${file} does not export a webhook with the name ${name}, which is that of its folder.`,
  );
}

/**
 * The functions of the project in which this command was called. In an installed package, this is the list in
 * place of `../own.ts`.
 */
export const OWN: readonly FunctionDefinition[] = PROJECT === undefined ? [] : await loadOwn(PROJECT);

/** An installed package takes functions of a project, and no extensions yet. */
export const OWN_EXTENSIONS: readonly Extension[] = [];
