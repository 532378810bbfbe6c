import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../lambda-node.mjs";
import { linesOf } from "./lines.mjs";

/** Files with code; tests, and patches of others' code, are not counted. */
const CODE = /\.(?:ts|tsx|mts|mjs|cjs|js|css|html)$/;
const UNCOUNTED = /\.test\.tsx?$/;
const PATCHES = "patches/";

/** Where each of its folders is a part. */
const OF_FOLDERS = "extensions";
/** Where functions of a clone's own are listed. They and their list have no budget. */
const PROJECT_LIST = "apps/list/src/project-extensions.ts";

/** Lists the folders of the workspaces. */
function workspaces() {
  const yaml = readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8");
  const [, block = ""] = /^packages:\n((?: {2}- .+\n)+)/m.exec(yaml) ?? [];
  const patterns = [...block.matchAll(/- (.+)/g)].map(([, pattern]) => `${pattern}/package.json`);
  return globSync(patterns, { cwd: ROOT }).map(dirname).sort();
}

/**
 * Returns the part that a file belongs to: its workspace, the folder of an extension, or the folder of the
 * repository. What lies in none is in `.`.
 *
 * @param folders The folders of the workspaces.
 */
export function partOf(path, folders) {
  const [first, second, ...rest] = path.split("/");
  if (first === OF_FOLDERS && rest.length > 0) return `${first}/${second}`;
  const workspace = folders.find((folder) => path.startsWith(`${folder}/`));
  return workspace ?? (second === undefined ? "." : first);
}

/**
 * Reads the code of the repository; returns the lines of code by part, and the places of comments that are
 * too long.
 */
export function measureParts() {
  const folders = workspaces();
  const parts = new Map();
  const longComments = [];
  for (const path of codeFiles()) {
    const { count, longComments: lines } = linesOf(path, readFileSync(join(ROOT, path), "utf8"));
    longComments.push(...lines.map((line) => `${path}:${line}`));
    if (UNCOUNTED.test(path)) continue;
    const part = partOf(path, folders);
    parts.set(part, (parts.get(part) ?? 0) + count);
  }
  return { parts, longComments };
}

/** The files with code that are in Git, or will be with the next commit. */
function codeFiles() {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\n");
  const listed = readFileSync(join(ROOT, PROJECT_LIST), "utf8").matchAll(/"@rainhooks\/app-([^/"]+)/g);
  const leftOut = [PROJECT_LIST, PATCHES, ...[...listed].map(([, name]) => `apps/${name}/`)];
  return files.filter(
    (path) =>
      CODE.test(path) && !leftOut.some((start) => path.startsWith(start)) && existsSync(join(ROOT, path)),
  );
}
