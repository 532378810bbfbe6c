import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { messageOf } from "@rainhooks/core/errors";
import { ChoiceMistake } from "./choices.mjs";
import { filesOf } from "./files.ts";
import { type CreateOptions, readOptions, USAGE } from "./options.ts";

/**
 * Makes a project; returns the exit code.
 *
 * @param from Folder in which the command was typed: npm runs scripts in the folder of their
 * package.
 */
export function main(args: readonly string[], version: string, from = "."): number {
  try {
    const options = readOptions(args);
    if (options === undefined) {
      console.log(USAGE);
      return 0;
    }
    const count = create(options, version, resolve(from, options.folder));
    console.log(
      `Created ${options.folder} (${count} files). Next:\n\n  cd ${options.folder}\n  npm install\n  npm start`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof ChoiceMistake)) throw error;
    console.error(error.message);
    return 2;
  }
}

/**
 * Writes a project into a folder, which must be empty or new.
 *
 * @returns The number of its files, without packages of Rainhooks.
 * @throws {ChoiceMistake} if there is something in the folder, or it cannot be used.
 */
function create(
  { folder, packages, ...project }: CreateOptions,
  version: string,
  target: string,
): number {
  const files = filesOf({
    ...project,
    name: basename(target),
    version,
    isPacked: packages !== undefined,
  });
  try {
    mkdirSync(target, { recursive: true });
    if (readdirSync(target).some((name) => name !== ".git")) throw new Error("it is not empty");
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), text);
    }
    for (const [, path = ""] of (files["package.json"] ?? "").matchAll(/"file:([^"]+)"/g)) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      copyFileSync(join(packages ?? "", basename(path)), join(target, path));
    }
  } catch (error) {
    throw new ChoiceMistake(
      `${folder} cannot be used: ${messageOf(error)}. Choose another folder.`,
    );
  }
  return Object.keys(files).length;
}
