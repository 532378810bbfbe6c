/* What the folders of extensions say, and how one is deleted. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const LISTS = [
  "apps/list/src/*.ts",
  "extensions/*.ts",
  "infra/src/{parts,testing/part-stages}.ts",
  "tools/e2e/src/lists/*.ts",
];

export function readExtensions(root) {
  const folders = globSync("extensions/*/extension.ts", { cwd: root }).map(
    (path) => path.split(/[\\/]/)[1],
  );
  return folders.sort().map((name) => {
    const text = readFileSync(join(root, "extensions", name, "extension.ts"), "utf8");
    const [, list = ""] = /needs: \[([^\]]*)\]/.exec(text) ?? [];
    const needs = [...list.matchAll(/"([^"]+)"/g)].map(([, one]) => one).sort();
    const files = globSync(`extensions/${name}/**/*.{ts,tsx}`, { cwd: root, exclude: isBuilt });
    const code = files
      .filter((path) => !/\.test\.tsx?$/.test(path))
      .map((path) => readFileSync(join(root, path), "utf8"));
    const others = folders.filter((other) => other !== name);
    const imports = others.filter((other) => {
      const from = new RegExp(`(?:from|import\\()\\s*"(?:\\.\\./)+${other}/`);
      return code.some((one) => from.test(one));
    });
    const definitions = globSync(`extensions/${name}/functions/*/*.ts`, { cwd: root }).map((path) =>
      readFileSync(join(root, path), "utf8"),
    );
    const functions = definitions.flatMap((one) =>
      [...one.matchAll(/^ {2,4}name: "([^"]+)"/gm)].map(([, it]) => it),
    );
    return { name, needs, imports: imports.sort(), functions: [...new Set(functions)].sort() };
  });
}

function withDependents(extensions, name) {
  const found = new Set([name]);
  for (const one of found)
    for (const other of extensions) if (other.needs.includes(one)) found.add(other.name);
  return [...found].sort();
}

export function setsToDelete(extensions, names = extensions.map(({ name }) => name)) {
  const sets = names.map((name) => withDependents(extensions, name));
  return [...new Map(sets.map((set) => [set.join(), set])).values()];
}

export function setsOfDay(sets, nowMs, { RAINHOOKS_WITHOUT } = process.env) {
  const day = Math.floor(nowMs / 86_400_000);
  return RAINHOOKS_WITHOUT === "each" ? sets : [sets[day % sets.length]];
}

export function deleteExtensions(root, names) {
  for (const name of names)
    for (const folder of [`extensions/${name}`, `tools/e2e/src/${name}`])
      rmSync(join(root, folder), { recursive: true, force: true });
  for (const path of globSync(LISTS, { cwd: root })) {
    const file = join(root, path);
    const text = readFileSync(file, "utf8");
    const without = names.reduce(withoutImports, text);
    if (without !== text) writeFileSync(file, without);
  }
}

export function* checkWithout(root, sets) {
  const copy = mkdtempSync(join(tmpdir(), "rainhooks-without-"));
  try {
    copyTree(root, copy);
    writeFileSync(join(copy, "tsconfig.whole.json"), JSON.stringify(WHOLE));
    for (const names of sets) {
      deleteExtensions(copy, names);
      yield { names, errors: errorsOf(copy) };
      copyTree(root, copy);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** All code as one program: that takes half the time of a build of its projects, one by one. */
const WHOLE = {
  extends: "./tsconfig.base.json",
  compilerOptions: {
    rootDir: ".",
    composite: false,
    incremental: true,
    noEmit: true,
    tsBuildInfoFile: "./whole.tsbuildinfo",
    lib: ["es2024", "dom", "dom.iterable"],
    jsx: "react-jsx",
    jsxImportSource: "preact",
  },
  include: ["packages/*/src", "apps/*/src", "extensions", "infra", "tools/*/src"],
  exclude: ["**/node_modules", "**/dist", "**/bundle", "tools/build"],
};

function errorsOf(copy) {
  const args = ["node_modules/typescript/bin/tsc", "-p", "tsconfig.whole.json", "--checkers", "1"];
  const options = { cwd: copy, encoding: "utf8", maxBuffer: 2 ** 26 };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  const errors = stdout.split("\n").filter((line) => /^\S.*: error TS/.test(line));
  if (status !== 0 && errors.length === 0)
    throw new Error(`The compiler has failed: ${stdout}${stderr}`);
  return errors;
}

/**
 * Copies the files of a tree, and the links to its packages: they are relative, so that they stay
 * in the copy.
 */
function copyTree(root, copy) {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 });
  for (const path of listed
    .split("\0")
    .filter((one) => one !== "" && existsSync(join(root, one)))) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  if (existsSync(join(copy, "node_modules"))) return;
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const path of globSync("{packages,apps,tools}/*/package.json", { cwd: root }).concat(
    "infra/x",
    "extensions/x",
  )) {
    const links = join(dirname(path), "node_modules");
    if (existsSync(join(root, links)))
      cpSync(join(root, links), join(copy, links), { recursive: true, verbatimSymlinks: true });
  }
}

/** Takes the imports of an extension out of a list, and what they have brought. */
export function withoutImports(text, name) {
  const from = `"(?:@rainhooks/extensions|\\.\\.?)/${name}/[^"]*"`;
  const imported = new RegExp(`^import (?:type )?\\{([^}]*)\\} from ${from};\\n`, "gm");
  const names = [...text.matchAll(imported)].flatMap(([, list]) =>
    list.split(",").map((one) => one.trim().replace(/^type /, "")),
  );
  return names
    .filter((one) => one !== "")
    .reduce(
      (left, one) =>
        left.replace(
          new RegExp(`\\s*(?:typeof |\\.\\.\\.)?\\b${one}\\b(?: &|,)?(?=\\s*[\\]},.\\w&=])`, "g"),
          "",
        ),
      text.replace(imported, ""),
    );
}

function isBuilt(path) {
  return /(?:^|[\\/])(?:node_modules|dist|bundle)$/.test(path);
}
