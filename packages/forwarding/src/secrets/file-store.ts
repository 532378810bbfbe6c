import { randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { isJsonObject, messageOf, RainhooksError, tryParseJson } from "@rainhooks/core";
import type { SecretStore } from "./store.ts";

/** Only the user of this process can read it. */
const MODE = 0o600;

/**
 * Makes a store of secrets in one file of this machine, for the local stage. Only the user can read it. It is replaced as a whole, so
 * that it is never half written. Processes that write at once wait for each other.
 *
 * @param path The file, in a folder that exists.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { fileSecretStore } from "@rainhooks/forwarding";
 *
 * const store = fileSecretStore(join(await mkdtemp(join(tmpdir(), "secrets-")), "secrets.json"));
 * await store.put("crm", "{}");
 * console.log(await store.get("crm"), await store.get("erp")); // {} undefined
 * ```
 */
export function fileSecretStore(path: string): SecretStore {
  let last: Promise<unknown> = Promise.resolve();
  /** Changes follow each other. */
  const change = (apply: (texts: Map<string, string>) => unknown): Promise<void> => {
    const done = last.then(() =>
      locked(`${path}.lock`, async () => {
        const texts = await read(path);
        apply(texts);
        await replace(path, texts);
      }),
    );
    last = done.catch(() => undefined);
    return done.catch((error) => fail(path, "written", error));
  };

  return {
    get: async (id) => (await read(path).catch((error) => fail(path, "read", error))).get(id),
    put: (id, text) => change((texts) => texts.set(id, text)),
    remove: (id) => change((texts) => texts.delete(id)),
  };
}

/** How long to wait between two attempts to get a lock, and the age of one that an ended process has left behind. */
const LOCK_WAIT_MS = 20;
const LOCK_AGE_MS = 5000;

/** Runs something while no other process does, by a file that only one of them can create. */
async function locked(lockPath: string, run: () => Promise<void>): Promise<void> {
  while (!(await tryLock(lockPath))) await pause(LOCK_WAIT_MS);
  try {
    await run();
  } finally {
    await rm(lockPath, { force: true });
  }
}

async function tryLock(lockPath: string): Promise<boolean> {
  const made = await writeFile(lockPath, "", { mode: MODE, flag: "wx" }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return false;
      throw error;
    },
  );
  if (made) return true;
  const found = await stat(lockPath).catch(() => undefined);
  if (found !== undefined && Date.now() - found.mtimeMs > LOCK_AGE_MS) await rm(lockPath, { force: true });
  return false;
}

async function read(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  const value = tryParseJson(text);
  if (!isJsonObject(value)) throw new Error("it is not a JSON object");
  return new Map(Object.entries(value).map(([id, one]) => [id, String(one)]));
}

async function replace(path: string, texts: ReadonlyMap<string, string>): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    // A new file: the mode of one that exists would stay as it is.
    await writeFile(temporary, JSON.stringify(Object.fromEntries(texts)), {
      mode: MODE,
      flag: "wx",
      flush: true,
    });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

function fail(path: string, verb: "read" | "written", cause: unknown): never {
  const message = `The file of secrets ${path} cannot be ${verb}: ${messageOf(cause)}`;
  throw new RainhooksError("secret-unavailable", message, { cause });
}
