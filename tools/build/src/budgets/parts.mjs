import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../lambda-node.mjs";
import { longComments } from "./comments.mjs";
import { countTokens } from "./tokens.mjs";

/** Files with code; tests, and patches of others' code, are not counted. */
const CODE = /\.(?:ts|tsx|mts|mjs|cjs|js|css|html)$/;
const UNCOUNTED = /\.test\.tsx?$/;
const PATCHES = "patches/";

/** Where each of its folders is a part. */
const OF_FOLDERS = "extensions";
/** Where functions of a clone's own are listed. They and their list are not counted. */
const PROJECT_LIST = "apps/list/src/project-extensions.ts";

/** Lists the folders of the workspaces. */
function workspaces() {
  const yaml = readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8");
  const [, block = ""] = /^packages:\n((?: {2}- .+\n)+)/m.exec(yaml) ?? [];
  const patterns = [...block.matchAll(/- (.+)/g)].map(([, pattern]) => `${pattern}/package.json`);
  return globSync(patterns, { cwd: ROOT }).map(dirname).sort();
}

/**
 * Returns the part that a file belongs to: its workspace, the folder of an extension, or the folder
 * of the repository. What lies in none is in `.`.
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
 * Reads the code of the repository; returns the tokens and lines of code by part, and the places of
 * comments that are too long.
 */
export function measureParts() {
  const folders = workspaces();
  const parts = new Map();
  const tooLong = [];
  for (const path of codeFiles()) {
    const text = readFileSync(join(ROOT, path), "utf8");
    tooLong.push(...longComments(text).map((line) => `${path}:${line}`));
    if (UNCOUNTED.test(path)) continue;
    const { tokens, lines } = countTokens(path, text);
    const part = partOf(path, folders);
    const before = parts.get(part) ?? { tokens: 0, lines: 0 };
    parts.set(part, { tokens: before.tokens + tokens, lines: before.lines + lines });
  }
  return { parts, longComments: tooLong };
}

/** The files with code that are in Git, or will be with the next commit. */
function codeFiles() {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).split("\n");
  const listed = readFileSync(join(ROOT, PROJECT_LIST), "utf8").matchAll(
    /"@rainhooks\/app-([^/"]+)/g,
  );
  const leftOut = [PROJECT_LIST, PATCHES, ...[...listed].map(([, name]) => `apps/${name}/`)];
  return files.filter(
    (path) =>
      CODE.test(path) &&
      !leftOut.some((start) => path.startsWith(start)) &&
      existsSync(join(ROOT, path)),
  );
}
