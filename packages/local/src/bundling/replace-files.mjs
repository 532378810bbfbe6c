import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Codes of the error, by system, when another process has put its folder there meanwhile. */
const IS_THERE = new Set(["ENOTEMPTY", "EEXIST", "EPERM"]);
const MAX_ATTEMPTS = 20;

/** Replaces a file as a whole: who reads it finds the old content or the new one. */
export async function replaceFile(path, contents) {
  const next = `${path}.${process.pid}`;
  await writeFile(next, contents);
  await rename(next, path);
}

/**
 * Replaces a folder by one with these files, unless it has them already. Who reads it finds the old
 * files or the new ones, but for the moment between two renames. Of several processes, one is the
 * last.
 *
 * @param files Names and contents.
 */
export async function replaceFolder(folder, files) {
  if (await hasFiles(folder, files)) return;
  const [next, old] = ["next", "old"].map((name) => `${folder}.${process.pid}.${name}`);
  await rm(next, { recursive: true, force: true });
  await mkdir(next);
  for (const [name, contents] of files) await writeFile(join(next, name), contents);
  for (let attempt = 1; ; attempt++) {
    await rm(old, { recursive: true, force: true });
    await rename(folder, old).catch(exceptMissing);
    try {
      await rename(next, folder);
      break;
    } catch (error) {
      if (attempt === MAX_ATTEMPTS || !IS_THERE.has(error.code)) throw error;
    }
  }
  await rm(old, { recursive: true, force: true });
}

async function hasFiles(folder, files) {
  const names = await readdir(folder).catch(exceptMissing);
  if (names?.length !== files.length) return false;
  const are = files.map(async ([name, contents]) => {
    const is = await readFile(join(folder, name)).catch(exceptMissing);
    return is?.equals(contents) === true;
  });
  return (await Promise.all(are)).every(Boolean);
}

function exceptMissing(error) {
  if (error.code !== "ENOENT") throw error;
}
