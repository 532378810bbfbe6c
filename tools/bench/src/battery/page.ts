import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "../../../..");

/**
 * Puts a section into its place in a page, between its two marks.
 *
 * @throws {Error} if the page does not have the marks.
 */
export function withSection(page: string, name: string, section: string): string {
  const startMark = `<!-- ${name} -->\n`;
  const endMark = `<!-- /${name} -->`;
  const start = page.indexOf(startMark);
  const end = page.indexOf(endMark);
  if (start < 0 || end < start)
    throw new Error(`The page has no ${startMark.trim()} before ${endMark}.`);
  return `${page.slice(0, start + startMark.length)}\n${section}\n\n${page.slice(end)}`;
}

/** Writes a section to the page of the proof, and formats the page as all are. */
export async function writeSection(name: string, section: string): Promise<void> {
  const path = join(ROOT, "docs/proof.md");
  await writeFile(path, withSection(await readFile(path, "utf8"), name, section));
  const biome = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
  await promisify(execFile)(process.execPath, [biome, "format", "--write", path], { cwd: ROOT });
}
