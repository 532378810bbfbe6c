import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./root.ts";

const PAGE = join(ROOT, "docs/performance.md");
const START = "<!-- report -->\n";
const END = "<!-- /report -->";

/**
 * Puts a report into its place in a page, between its two marks.
 *
 * @throws {Error} if the page does not have the marks.
 */
export function withReport(page: string, report: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`The page has no ${START.trim()} before ${END}.`);
  return `${page.slice(0, start + START.length)}\n${report}\n\n${page.slice(end)}`;
}

/** Writes a report to docs/performance.md, and formats the page as all are. */
export async function writePage(report: string): Promise<void> {
  await writeFile(PAGE, withReport(await readFile(PAGE, "utf8"), report));
  const biome = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
  await promisify(execFile)(process.execPath, [biome, "format", "--write", PAGE], { cwd: ROOT });
}
