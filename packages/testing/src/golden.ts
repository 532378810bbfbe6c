import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { expect } from "@jest/globals";

/** Lines of a change that are shown. */
const MAX_SHOWN = 40;

/**
 * Compares a text with its golden file: what was true at the last commit, and may change only on purpose.
 * With `UPDATE` in the environment, it writes the file instead, and prints what has changed.
 */
export function expectGolden(path: string, text: string): void {
  const golden = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (golden === text) return;
  if (process.env["UPDATE"] === undefined) expect(text).toBe(golden);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  const removed = linesOnlyIn(golden, text).map((line) => `- ${line}`);
  const added = linesOnlyIn(text, golden).map((line) => `+ ${line}`);
  const shown = [...removed, ...added].slice(0, MAX_SHOWN);
  console.log(
    [`${basename(path)}: ${removed.length} lines removed, ${added.length} added`, ...shown].join("\n"),
  );
}

function linesOnlyIn(text: string, other: string): string[] {
  const counts = new Map<string, number>();
  for (const line of other.split("\n")) counts.set(line, (counts.get(line) ?? 0) + 1);
  return text.split("\n").filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
