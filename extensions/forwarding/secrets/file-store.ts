import { randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { messageOf, RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import type { SecretStore } from "./store.ts";

/** Only the user of this process can read it. */
const MODE = 0o600;

/**
 * Makes a store of secrets in one file of this machine, for the local stage. Only the user can read it. It is
 * replaced as a whole, so that it is never half written. Processes that write at once wait for each other.
 *
 * @param path The file, in a folder that exists.
 */
export function fileSecretStore(path: string): SecretStore {
  let last: Promise<unknown> = Promise.resolve();
  /** Changes follow each other. */
  const change = (apply: (texts: Map<string, string>) => unknown): Promise<void> => {
    const done = last.then(() =>
      locked(path, async () => {
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

/** Wait between two attempts to be first, at least, and the age of a lock whose process has ended. */
const LOCK_WAIT_MS = 20;
const LOCK_AGE_MS = 10_000;

/**
 * Runs something while no other process does. Each makes a lock of its own, and is first if it sees no other
 * one then: of two, one sees the other, or both do and try again. Names are never used twice, so that who
 * removes an old lock never removes a new one.
 */
async function locked(path: string, run: () => Promise<void>): Promise<void> {
  const own = `${basename(path)}.lock.${randomUUID()}`;
  const ownPath = join(dirname(path), own);
  const isAlone = async () => (await locksOf(path)).every((name) => name === own);
  const isFirst = async () => {
    if (!(await isAlone())) return false;
    await writeFile(ownPath, "", { mode: MODE });
    return isAlone();
  };
  try {
    while (!(await isFirst())) {
      await rm(ownPath, { force: true });
      await pause(LOCK_WAIT_MS * (1 + 4 * Math.random()));
    }
    await run();
  } finally {
    await rm(ownPath, { force: true });
  }
}

/** Returns the names of the locks of a file, and removes those of processes that have ended. */
async function locksOf(path: string): Promise<string[]> {
  const folder = dirname(path);
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${basename(path)}.lock.`));
  const locks = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      if (found !== undefined && Date.now() - found.mtimeMs <= LOCK_AGE_MS) return [name];
      await rm(join(folder, name), { force: true });
      return [];
    }),
  );
  return locks.flat();
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
