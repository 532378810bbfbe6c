import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ChoiceMistake } from "@rainhooks/tooling/src/new-webhook/choices.mjs";
import { filesOf } from "./files.ts";
import { type CreateOptions, readOptions, terminalAsk, USAGE } from "./options.ts";

/** Makes a project; returns the exit code. */
export async function main(args: readonly string[], version: string): Promise<number> {
  const terminal = terminalAsk();
  try {
    const options = await readOptions(args, terminal?.ask);
    if (options === undefined) {
      console.log(USAGE);
      return 0;
    }
    const files = create(options, version);
    console.log(
      `Created ${options.folder} (${files.length} files). Next:\n\n  cd ${options.folder}\n  npm install\n  npm start`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof ChoiceMistake)) throw error;
    console.error(error.message);
    return 2;
  } finally {
    terminal?.close();
  }
}

/**
 * Writes a project into a folder, which must be empty or new.
 *
 * @returns The paths of its files.
 * @throws {ChoiceMistake} if there is something in the folder.
 */
function create({ folder, ...project }: CreateOptions, version: string): string[] {
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
