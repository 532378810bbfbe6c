import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { RainhooksError } from "@rainhooks/core";
import { shellWord } from "@rainhooks/terminal";

/** A text that was edited. Its file is there until it is deleted: nobody writes a text twice because sending it fails. */
export interface Edited {
  readonly text: string;
  readonly file: string;
  readonly remove: () => Promise<void>;
}

/**
 * Lets the user edit a text in their editor.
 *
 * @throws {RainhooksError} `input-invalid` without a terminal or an editor, or if the editor fails.
 */
export async function editText(text: string, environment: NodeJS.ProcessEnv): Promise<Edited> {
  const editor = environment["VISUAL"] || environment["EDITOR"];
  if (!process.stdin.isTTY || editor === undefined || editor === "") {
    const why = process.stdin.isTTY ? "EDITOR is not set" : "There is no terminal for an editor";
    throw new RainhooksError(
      "input-invalid",
      `${why}. Print the message with --print, change it, and give it with --file <path>, or --file - for standard input.`,
    );
  }
  const file = join(await mkdtemp(join(tmpdir(), "rainhooks-repair-")), "message.json");
  const remove = () => rm(dirname(file), { recursive: true, force: true });
  await writeFile(file, text, { mode: 0o600 });
  // As git does: the variable may have arguments.
  const child = spawn(`${editor} ${shellWord(file)}`, { shell: true, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) {
    await remove();
    throw new RainhooksError("input-invalid", `${editor} ended with code ${code}. Nothing was sent.`);
  }
  return { text: await readFile(file, "utf8"), file, remove };
}
