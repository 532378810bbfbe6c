import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const ROOT = join(import.meta.dirname, "../../..");

/** Returns the patterns that one with braces stands for. */
function expand(pattern: string): string[] {
  const [, before = "", inside, after = ""] = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern) ?? [];
  if (inside === undefined) return [pattern];
  return inside.split(",").flatMap((one) => expand(`${before}${one}${after}`));
}

test("each path that the options of mutation testing name is that of a file", () => {
  const options = readFileSync(join(ROOT, "tools/mutants/src/options.mjs"), "utf8");
  const paths = [...options.matchAll(/"((?:packages|extensions)\/[^"]+\.ts)"/g)].map(
    ([, path = ""]) => path,
  );
  expect(paths.length).toBeGreaterThan(10);
  const lost = paths
    .flatMap(expand)
    .filter((path) => globSync(path.replace(/!\([^)]*\)/, "*"), { cwd: ROOT }).length === 0);
  expect(lost).toEqual([]);
});
