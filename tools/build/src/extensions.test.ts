import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import {
  checkWithout,
  LISTS,
  readExtensions,
  setsOfDay,
  setsToDelete,
  withoutImports,
} from "./extensions.mjs";
import { ROOT } from "./lambda-node.mjs";

const EXTENSIONS = readExtensions(ROOT);
const withSlashes = (path: string) => path.replaceAll("\\", "/");
const isBuilt = (path: string) => /(?:^|[\\/])(?:node_modules|dist|bundle|cdktf\.out)$/.test(path);

/**
 * The code outside extensions, lists and the tests of extensions that start programs, by its paths.
 */
function codeOutside(): Map<string, string> {
  const paths = globSync("{packages,apps,infra,tools}/**/*.{ts,tsx}", {
    cwd: ROOT,
    exclude: isBuilt,
  });
  const lists = new Set(globSync(LISTS, { cwd: ROOT }).map(withSlashes));
  const ofExtensions = EXTENSIONS.map(({ name }) => `tools/e2e/src/${name}/`);
  const outside = paths
    .map(withSlashes)
    .filter((path) => !lists.has(path) && !ofExtensions.some((folder) => path.startsWith(folder)));
  return new Map(outside.map((path) => [path, readFileSync(join(ROOT, path), "utf8")]));
}

test("the lists alone import extensions", () => {
  const names = EXTENSIONS.map(({ name }) => name).join("|");
  const imported = new RegExp(`"@rainhooks/extensions/(?:${names})/`);
  expect([...codeOutside()].flatMap(([path, code]) => (imported.test(code) ? [path] : []))).toEqual(
    [],
  );
});

test("nothing outside extensions compares with the name of one, or of one of its functions", () => {
  const names = EXTENSIONS.flatMap(({ name, functions }) => [name, ...functions]);
  const compared = new RegExp(`(?:[!=]==|case) "(?:${names.join("|")})"`);
  const found = [...codeOutside()].flatMap(([path, code]) => (compared.test(code) ? [path] : []));
  expect(found).toEqual([]);
});

test("an extension names the extensions that it imports, and none of them needs it", () => {
  for (const { name, needs, imports } of EXTENSIONS) expect([name, needs]).toEqual([name, imports]);
  const needed = (name: string, seen: readonly string[] = []): readonly string[] =>
    (EXTENSIONS.find((one) => one.name === name)?.needs ?? []).flatMap((one) =>
      seen.includes(one) ? [one] : [one, ...needed(one, [...seen, one])],
    );
  for (const { name } of EXTENSIONS) expect(needed(name)).not.toContain(name);
});

test("each extension, and each module of one that is for a list, is in its list", () => {
  const lists = globSync(LISTS, { cwd: ROOT }).map((path) =>
    readFileSync(join(ROOT, path), "utf8"),
  );
  const listed = globSync("extensions/*/{extension.ts,page-paths.ts,page/pages.tsx}", {
    cwd: ROOT,
  });
  const missing = listed.filter((path) => {
    const from = `"@rainhooks/${path
      .replaceAll("\\", "/")
      .replace(/\.ts$/, "")
      .replace(/\.tsx$/, ".jsx")}"`;
    return !lists.some((list) => list.includes(from));
  });
  expect([listed.length > EXTENSIONS.length, missing]).toEqual([true, []]);
});

test("a list from which an extension is deleted can still be read, whichever that is", () => {
  for (const path of globSync(LISTS, { cwd: ROOT }).map(withSlashes)) {
    const text = readFileSync(join(ROOT, path), "utf8");
    for (const { name } of EXTENSIONS)
      expect(() => [path, name, stripTypeScriptTypes(withoutImports(text, name))]).not.toThrow();
  }
});

test("a tree without an extension and those that need it type-checks: each in its turn, one a day", () => {
  const today = setsOfDay(setsToDelete(EXTENSIONS), Date.now());
  for (const { names, errors } of checkWithout(ROOT, today))
    expect([names, errors]).toEqual([names, []]);
});

test("extensions take turns in days, and all of them are asked for by a variable", () => {
  const sets = setsToDelete(EXTENSIONS);
  const week = sets.flatMap((_, day) => setsOfDay(sets, day * 86_400_000, {}));
  expect(week).toEqual(sets);
  expect(setsOfDay(sets, 0, { RAINHOOKS_WITHOUT: "each" })).toEqual(sets);
  for (const { name } of EXTENSIONS) expect(sets.some((set) => set.includes(name))).toBe(true);
});
