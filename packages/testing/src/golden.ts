import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect } from "@jest/globals";

/**
 * Compares a text with its golden file: what was true at the last commit, and may change only on
 * purpose. With `UPDATE` in the environment, it writes the file instead: Git says what has changed.
 */
export function expectGolden(path: string, text: string): void {
  const golden = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (golden === text) return;
  if (process.env["UPDATE"] === undefined) expect(text).toBe(golden);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
