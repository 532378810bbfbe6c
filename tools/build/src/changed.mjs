/* What `npm test -- --changed` leaves out: the tests of extensions that are as in main. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Lists of all extensions: a line about one changes nothing for another. */
const LISTS =
  /^(?:(?:extensions|apps\/list\/src|tools\/e2e\/src\/lists)\/[^/]+\.ts|infra\/src\/(?:parts|testing\/part-stages)\.ts)$/;
/** What only tests of the platform use. */
const OF_PLATFORM =
  /\.md$|\.test\.tsx?$|^(?:docs|\.ci|\.github|infra\/src\/golden|tools\/(?:build|mutants|reference|e2e\/src\/golden))\//;

/**
 * Returns the arguments of jest that leave out the extensions that are as in main, and a line that
 * says which these are.
 *
 * @param root Root folder of the workspace.
 * @throws {Error} where there is no main to compare with.
 */
export function leaveOutUnchanged(root) {
  const { names, line } = unchangedOf(changedFiles(root), readNeeds(root));
  const pattern = `/(extensions|tools/e2e/src)/(${names.join("|")})/`;
  return { args: names.length === 0 ? [] : ["--testPathIgnorePatterns", pattern], line };
}

/** Returns the files that differ from main, also those that are not committed or new. */
export function changedFiles(root) {
  const git = (...args) => spawnSync("git", args, { cwd: root, encoding: "utf8" });
  const base = ["origin/main", "main"]
    .map((name) => git("merge-base", "HEAD", name))
    .find(({ status }) => status === 0);
  if (base === undefined)
    throw new Error(
      "--changed compares with the branch main, and git finds none here. Fetch it, or run npm test without --changed.",
    );
  const list = (...args) =>
    git(...args, "-z")
      .stdout.split("\0")
      .slice(0, -1);
  return [
    ...list("diff", "--name-only", "--no-renames", base.stdout.trim()),
    ...list("ls-files", "--others", "--exclude-standard"),
  ];
}

/** Returns what each extension needs, by its name. */
function readNeeds(root) {
  const fileOf = (name) => join(root, "extensions", name, "extension.ts");
  const names = readdirSync(join(root, "extensions")).filter((name) => existsSync(fileOf(name)));
  return new Map(
    names.map((name) => {
      const [, list = ""] = /needs: \[([^\]]*)\]/.exec(readFileSync(fileOf(name), "utf8")) ?? [];
      return [name, [...list.matchAll(/"([^"]+)"/g)].map(([, one]) => one)];
    }),
  );
}

/**
 * Returns the names of the extensions whose tests cannot find anything that others do not, and a
 * line that says so. That is none if a file differs that all of them may use.
 *
 * @param files Files that differ from main.
 * @param needs What each extension needs, by its name.
 */
export function unchangedOf(files, needs) {
  const extensionOf = (path) => /^(?:extensions|tools\/e2e\/src)\/([^/]+)\//.exec(path)?.[1];
  const shared = files.find(
    (path) => !needs.has(extensionOf(path)) && !LISTS.test(path) && !OF_PLATFORM.test(path),
  );
  if (shared !== undefined)
    return { names: [], line: `Nothing is left out: extensions may use ${shared}, which differs.` };
  const changed = new Set(files.map(extensionOf).filter((name) => needs.has(name)));
  // Their dependents follow, and those of these: a set that grows is gone through to its end.
  for (const name of changed)
    for (const [other, needed] of needs) if (needed.includes(name)) changed.add(other);
  const names = [...needs.keys()].filter((name) => !changed.has(name));
  return {
    names,
    line:
      names.length === 0
        ? "Nothing is left out: all extensions differ, or need one that does."
        : `Left out, because they are as in main: the tests of ${names.join(", ")}.`,
  };
}
