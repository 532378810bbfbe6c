import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";

const FOLDER = join(import.meta.dirname, "../bundle");
const KB = 1000;
/**
 * Maximum bytes of all files together, and of those that are loaded before the first chart. Both
 * gzipped.
 */
const MAX_ALL = 55 * KB;
const MAX_FIRST = 25.6 * KB;

const sizes = readdirSync(FOLDER).map((name) => ({
  name,
  bytes: gzipSync(readFileSync(join(FOLDER, name)), { level: 9 }).byteLength,
}));
const sumOf = (files: typeof sizes) => files.reduce((sum, { bytes }) => sum + bytes, 0);

/** The files that a script or a page loads at once. */
function loadedBy(name: string): string[] {
  const text = readFileSync(join(FOLDER, name), "utf8");
  const loaded = name.endsWith(".html")
    ? [...text.matchAll(/\/files\/([\w.-]+)/g)]
    : [...text.matchAll(/(?:from|import)"\.\/([\w.-]+)"/g)];
  return [name, ...loaded.flatMap(([, file = ""]) => loadedBy(file))];
}

describe("the page", () => {
  it(`the page has at most ${MAX_ALL / KB} kB, gzipped`, () => {
    expect(sumOf(sizes)).toBeLessThanOrEqual(MAX_ALL);
  });

  it(`the page loads at most ${MAX_FIRST / KB} kB before the first chart, gzipped`, () => {
    const first = new Set(loadedBy("index.html"));
    expect(first.size).toBeGreaterThan(2);
    expect(sumOf(sizes.filter(({ name }) => first.has(name)))).toBeLessThanOrEqual(MAX_FIRST);
  });

  it("the page requests nothing from any other host", () => {
    for (const { name } of sizes.filter((file) => /\.(html|css)$/.test(file.name)))
      expect(readFileSync(join(FOLDER, name), "utf8")).not.toMatch(
        /(?:src|href|url\()\W*(?:https?:)?\/\//,
      );
  });
});
