import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, it } from "@jest/globals";

const ROOT = join(import.meta.dirname, "../../..");

it("the types of each package are checked from the root", () => {
  const found = new Set<string>();
  follow("", found);
  const folders = globSync(
    [
      "{apps,packages,tools}/*",
      "infra",
      "extensions",
      "extensions/tsconfig.page.json",
      "extensions/tsconfig.stack.json",
      "apps/console/src/page",
    ],
    {
      cwd: ROOT,
    },
  );
  expect(folders.filter((folder) => hasTypes(folder) && !found.has(folder))).toEqual([]);
  expect(found.size).toBeGreaterThan(30);
});

function hasTypes(folder: string): boolean {
  if (folder.endsWith(".json")) return true;
  const [first] = globSync("src/**/*.ts", { cwd: join(ROOT, folder) });
  return first !== undefined || existsSync(join(ROOT, folder, "tsconfig.json"));
}

/** Adds a folder, and those that its types refer to. */
function follow(folder: string, found: Set<string>): void {
  if (found.has(folder)) return;
  found.add(folder);
  const file = folder.endsWith(".json") ? folder : join(folder, "tsconfig.json");
  const { references = [] } = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  for (const { path } of references) follow(relative(ROOT, join(ROOT, file, "..", path)), found);
}
