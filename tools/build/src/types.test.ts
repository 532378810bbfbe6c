import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, it } from "@jest/globals";

const ROOT = join(import.meta.dirname, "../../..");

it("the types of each package are checked from the root", () => {
  const found = new Set<string>();
  follow("", found);
  const folders = globSync(["{apps,packages}/*", "infra", "apps/console/src/page"], { cwd: ROOT });
  expect(folders.filter((folder) => hasTypes(folder) && !found.has(folder))).toEqual([]);
  expect(found.size).toBeGreaterThan(40);
});

function hasTypes(folder: string): boolean {
  const [first] = globSync("src/**/*.ts", { cwd: join(ROOT, folder) });
  return first !== undefined || existsSync(join(ROOT, folder, "tsconfig.json"));
}

/** Adds a folder, and those that its types refer to. */
function follow(folder: string, found: Set<string>): void {
  if (found.has(folder)) return;
  found.add(folder);
  const { references = [] } = JSON.parse(readFileSync(join(ROOT, folder, "tsconfig.json"), "utf8"));
  for (const { path } of references) follow(relative(ROOT, join(ROOT, folder, path)), found);
}
