import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { ROOT } from "./lambda-node.mjs";

/** The code in a folder by the paths of its files: tests, and what is for tests, are left out. */
async function codeIn(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const path of glob(`${folder}/**/*.{ts,tsx}`, { cwd: ROOT })) {
    if (/\.test\.tsx?$|\/testing\/|\/e2e\/|\/dist\//.test(path)) continue;
    found.set(path, readFileSync(join(ROOT, path), "utf8"));
  }
  return found;
}

/** The files of a folder that import one of some modules, and from where. */
async function importers(folder: string, of: RegExp): Promise<string[]> {
  const code = await codeIn(folder);
  expect(code.size).toBeGreaterThan(2);
  return [...code].flatMap(([path, text]) =>
    [...text.matchAll(/(?:from|import|import\()\s*"(?<from>[^"]+)"/g)]
      .map(({ groups }) => groups?.["from"] ?? "")
      .filter((from) => of.test(from))
      .map((from) => `${path}: ${from}`),
  );
}

test("the command line has no client of AWS", async () => {
  expect(await importers("apps/cli/src", /^@aws-sdk\//)).toEqual([]);
});

test("the console starts no process, and imports no command line; the command line is imported by nothing", async () => {
  expect(
    await importers("apps/console/src", /^(?:node:)?(?:child_process|cluster)$|^@rainhooks\/app-cli/),
  ).toEqual([]);
  for (const folder of ["packages", "apps/local/src"])
    expect(await importers(folder, /^@rainhooks\/app-cli/)).toEqual([]);
});

test.each(["local-aws", "local-rainmaker", "fleet", "stage", "query", "node-status", "time-series", "watch"])(
  "%s imports no operations",
  async (name) => {
    expect(await importers(`packages/${name}/src`, /^@rainhooks\/operate/)).toEqual([]);
  },
);

test("operations ask no questions of the API, show nothing, and know no program", async () => {
  const outside = /^@rainhooks\/(?:query|terminal|app-)|^node:(?:readline|child_process)|^commander/;
  expect(await importers("packages/operate/src", outside)).toEqual([]);
  for (const [path, text] of await codeIn("packages/operate/src"))
    expect([path, /console\.\w+\(|process\.(?:stdout|stderr|exit)\b/.test(text)]).toEqual([path, false]);
});
