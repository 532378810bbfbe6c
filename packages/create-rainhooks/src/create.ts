import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ChoiceMistake } from "@rainhooks/tooling/src/new-webhook/choices.mjs";
import { filesOf } from "./files.ts";
import type { CreateOptions } from "./options.ts";

/**
 * Writes a project into a folder, which must be empty or new.
 *
 * @returns The paths of its files.
 * @throws {ChoiceMistake} if there is something in the folder.
 */
export function create({ folder, ...project }: CreateOptions, version: string): string[] {
  const target = resolve(folder);
  if (existsSync(target) && readdirSync(target).some((name) => name !== ".git"))
    throw new ChoiceMistake(`${folder} is not empty. Choose another folder.`);
  const files = filesOf({ ...project, name: basename(target), version });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  }
  return Object.keys(files);
}
