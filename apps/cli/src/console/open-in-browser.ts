import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** The program that opens an address or a file in the browser, by the platform. */
const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: "open", win32: "explorer.exe" };

/**
 * Where that program and the browser can read a file. On Linux, a browser in a snap sees neither the folder
 * for temporary files nor hidden ones.
 */
const FOLDER = process.platform === "linux" ? homedir() : tmpdir();

/**
 * Opens an address or a file in the user's browser. If there is none, nothing happens: the address was
 * printed.
 *
 * @param target Not a secret: while the program runs, other users of the machine can see it.
 */
export function openInBrowser(target: string): void {
  const child = spawn(OPENERS[process.platform] ?? "xdg-open", [target], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

/**
 * Opens an address that is a secret: by a file that leads there, and that only its owner can read.
 *
 * @param folder Where the file is made, in a folder of its own.
 * @returns What removes the file.
 */
export async function openSecretly(address: string, folder = FOLDER): Promise<() => Promise<void>> {
  const own = await mkdtemp(join(folder, "rainhooks-console-"));
  const file = join(own, "open.html");
  const page = `<!doctype html><meta http-equiv="refresh" content="0; url=${address}"><a href="${address}">Open</a>`;
  await writeFile(file, page, { mode: 0o600 });
  openInBrowser(file);
  return () => rm(own, { recursive: true, force: true });
}
