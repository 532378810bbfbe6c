import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { READER_ENV, runInShell } from "../run-in-shell.ts";

/** The repository of which a reader has a clone. */
export const ROOT = resolve(import.meta.dirname, "../../../..");

/**
 * Makes a fresh clone of the repository, as it is in its folder, for the tests of a file. With a
 * space in its name, as on many machines.
 */
export function useCopy(): {
  readonly folder: string;
  readonly run: (command: string) => Promise<string>;
} {
  const folder = mkdtempSync(join(tmpdir(), "first webhook "));
  const run = (command: string, cwd = folder) => runInShell(command, { cwd, env: READER_ENV });
  beforeAll(async () => {
    for (const file of (await run("git ls-files --cached --others --exclude-standard", ROOT)).split(
      "\n",
    ))
      if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(folder, file));
    await run(
      "git init -q && git add . && git -c user.name=reader -c user.email=reader@example.com commit -qm clone",
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, run };
}
