import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { ROOT } from "../lambda-node.mjs";
import { packageOf } from "./ranges.mjs";

/**
 * Where compiled code and declarations name another module: at the beginning of a line, or in a
 * call. Other lines can have the text of an import.
 */
const IMPORT = /(^(?:import|export|\})[^"'`]*? from |^import |\bimport\()(["'])([^"'\n]+)\2/g;
/** What an extension says that a program loads. */
const LATER = /^ +\w+: \(\) => import\(/;
/** A line of a comment, whose examples are not code. */
const COMMENT = /^ *\*/;
/**
 * Copies compiled code of the workspace and its declarations, with all that they import from the
 * workspace, so that one package has it: what was imported from another package of the workspace is
 * then imported by its path.
 */
export class Library {
  #out;
  #replaced;
  #vendored;
  #copied = new Map();
  #npm = new Set();
  #withoutLater;
  #isTypes;
  #packages = readPackages();

  /**
   * @param out Folder of the package.
   * @param replaced Files of the workspace that others take the place of, by path.
   * @param vendored Modules of npm packages that are files of this package, by name: paths in
   * `out`.
   * @param withoutLater Paths of files that load other modules later: these are for programs, and
   * what is copied runs none. No declaration names them.
   * @param isTypes Whether declarations are copied alone.
   */
  constructor({ out, replaced = {}, vendored = {}, withoutLater = /$^/, isTypes = false }) {
    this.#out = out;
    this.#isTypes = isTypes;
    this.#withoutLater = withoutLater;
    this.#replaced = replaced;
    this.#vendored = vendored;
  }

  /** npm packages that the code or its declarations import. */
  get npmPackages() {
    return [...this.#npm];
  }

  /** Copies a module of the workspace, by its specifier; returns its path in the package. */
  add(specifier) {
    return this.#copy(this.#resolve(specifier));
  }

  /** Copies a file or a folder as it is, so that the code finds it where it is in the workspace. */
  addFiles(path) {
    cpSync(join(ROOT, path), this.#target(join(ROOT, path)), { recursive: true });
  }

  /** Keeps how deep files are, because code finds others by relative paths. */
  #target(file) {
    return join(
      this.#out,
      "dist",
      relative(ROOT, file)
        .replace(`${sep}dist${sep}`, `${sep}src${sep}`)
        .replace(`${sep}src${sep}src${sep}`, `${sep}src${sep}`),
    );
  }

  /** Copies a compiled file and its declarations; returns the path in the package. */
  #copy(file) {
    const known = this.#copied.get(file);
    if (known !== undefined) return known;
    if (!existsSync(file)) throw new Error(`${file} has not been built.`);
    const target = this.#target(file);
    this.#copied.set(file, target);
    const isPlain = this.#withoutLater.test(relative(ROOT, file));
    for (const [source, to] of [
      ...(this.#isTypes ? [] : [[file, target]]),
      ...(isPlain ? [] : [[declarationsOf(file), declarationsOf(target)]]),
    ]) {
      if (existsSync(source)) this.#rewrite(source, to);
    }
    return target;
  }

  #rewrite(source, target) {
    const text = readFileSync(source, "utf8")
      .split("\n")
      .filter((line) => !line.startsWith("//# sourceMappingURL="))
      .filter((line) => !(LATER.test(line) && this.#withoutLater.test(relative(ROOT, source))))
      .map((line) => (COMMENT.test(line) ? line : this.#withPaths(line, source, target)))
      .join("\n");
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  #withPaths(line, source, target) {
    return line.replace(IMPORT, (_, words, quote, specifier) => {
      return `${words}${quote}${this.#importOf(specifier, source, target)}${quote}`;
    });
  }

  #importOf(specifier, source, target) {
    if (isBuiltin(specifier)) return specifier;
    const vendored = this.#vendored[specifier];
    if (vendored !== undefined) return pathFrom(target, join(this.#out, vendored));
    const isRelative = specifier.startsWith(".");
    if (!isRelative && !specifier.startsWith("@rainhooks/")) {
      this.#npm.add(packageOf(specifier));
      return specifier;
    }
    const file = isRelative
      ? notCompiled(
          join(dirname(source), specifier)
            .replace(/\.ts$/, ".js")
            .replace(/\.mts$/, ".mjs"),
        )
      : this.#resolve(specifier);
    return pathFrom(target, this.#copy(this.#instead(file)));
  }

  #instead(file) {
    const other = this.#replaced[relative(ROOT, file)];
    return other === undefined ? file : join(ROOT, other);
  }

  /** Returns the compiled file of a module of the workspace. */
  #resolve(specifier) {
    const name = packageOf(specifier);
    const { folder, exports } = this.#packages.get(name) ?? {};
    if (folder === undefined) throw new Error(`There is no package ${name} in the workspace.`);
    const subpath = `.${specifier.slice(name.length)}`;
    const path = exported(exports, subpath);
    if (path === undefined) throw new Error(`${name} has no ${subpath}.`);
    const compiled = path.endsWith(".ts")
      ? path.replace(/^\.\/(?:src\/)?/, "./dist/").replace(/\.ts$/, ".js")
      : path;
    const file = join(folder, compiled);
    // The compiler keeps the folder src where a package has code beside it.
    return this.#instead(
      existsSync(file) ? file : file.replace(`${sep}dist${sep}`, `${sep}dist${sep}src${sep}`),
    );
  }
}

/** Returns the file that a subpath of a package names, by its exports. */
function exported(exports, subpath) {
  const [ending = ""] = /\.(?:mjs|jsx)$/.exec(subpath) ?? [];
  const pattern = exports[`./*${ending}`];
  return (
    exports[subpath] ?? pattern?.replace("*", subpath.slice(2, subpath.length - ending.length))
  );
}

/**
 * Returns where a module is that is JavaScript already: the compiler leaves it among the sources.
 */
function notCompiled(file) {
  if (!file.endsWith(".mjs") || existsSync(file)) return file;
  return file
    .replace(`${sep}dist${sep}src${sep}`, `${sep}src${sep}`)
    .replace(`${sep}dist${sep}`, `${sep}src${sep}`);
}

function pathFrom(file, other) {
  const path = relative(dirname(file), other).replaceAll(sep, "/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** Returns the path of the declarations of a compiled file. */
export function declarationsOf(file) {
  return file.replace(/\.js$/, ".d.ts").replace(/\.mjs$/, ".d.mts");
}

function readPackages() {
  const manifests = globSync("{packages/*,apps/*,infra,extensions}/package.json", {
    cwd: ROOT,
  });
  return new Map(
    manifests.map((path) => {
      const { name, exports } = JSON.parse(readFileSync(join(ROOT, path), "utf8"));
      return [name, { folder: join(ROOT, dirname(path)), exports }];
    }),
  );
}
