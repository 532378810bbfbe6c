import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import type { SecretStore } from "./secrets.ts";

/**
 * Makes a store of secrets in a folder of this machine, for the local stage: a file for each, which
 * only the user can read. A file is replaced as a whole, so that it is never half written.
 */
export function fileSecretStore(folder: string): SecretStore {
  const pathOf = (id: string) => join(folder, `${encodeURIComponent(id)}.json`);
  const call = <T>(verb: "read" | "written", work: Promise<T>) =>
    work.catch((cause: unknown) => {
      const message = `The secrets in ${folder} cannot be ${verb}: ${messageOf(cause)}`;
      throw new RainhooksError("secret-unavailable", message, { cause });
    });
  return {
    get: (id) => call("read", readFile(pathOf(id), "utf8").catch(ifMissing)),
    put: (id, text) => call("written", replace(folder, pathOf(id), text)),
    remove: (id) => call("written", rm(pathOf(id), { force: true })),
  };
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

async function replace(folder: string, path: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomUUID()}`;
  try {
    // A new file: the mode of one that exists would stay as it is.
    await writeFile(temporary, text, { mode: 0o600, flag: "wx", flush: true });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
