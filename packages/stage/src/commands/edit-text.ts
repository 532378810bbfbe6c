import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RainhooksError, toRainhooksError, wrongInput } from "@rainhooks/core/errors";
import { shellWord } from "../terminal/shell.ts";
import { variableOf } from "./caller.ts";

/**
 * Lets the user edit a text in their editor, and uses it. If that fails, the file with their text is kept:
 * nobody writes a text twice.
 *
 * @param file Its name, for the editor.
 * @param instead What to do without an editor, as a sentence.
 * @throws {RainhooksError} `input-invalid` without a terminal or an editor, or if the editor fails; what
 * `use` throws, with the file.
 */
export async function withEdited<Result>(
  text: string,
  { file: name, instead }: { readonly file: string; readonly instead: string },
  use: (edited: string) => Promise<Result>,
): Promise<Result> {
  const editor = variableOf("VISUAL") || variableOf("EDITOR");
  if (!process.stdin.isTTY || editor === undefined || editor === "") {
    const why = process.stdin.isTTY ? "EDITOR is not set" : "There is no terminal for an editor";
    throw wrongInput(`${why}. ${instead}`);
  }
  const file = join(await mkdtemp(join(tmpdir(), "rainhooks-")), name);
  const remove = () => rm(dirname(file), { recursive: true, force: true });
  await writeFile(file, text, { mode: 0o600 });
  // As git does: the variable may have arguments.
  const child = spawn(`${editor} ${shellWord(file)}`, { shell: true, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  const edited = code === 0 ? await readFile(file, "utf8") : text;
  try {
    if (code !== 0) throw wrongInput(`${editor} ended with code ${code}. Nothing was sent.`);
    const result = await use(edited);
    await remove();
    return result;
  } catch (error) {
    if (edited === text) {
      await remove();
      throw error;
    }
    const { code: errorCode, message } = toRainhooksError(error);
    throw new RainhooksError(errorCode, `${message} Your text is in ${file}: give it with --file.`, {
      cause: error,
    });
  }
}
