import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { API, type Project, SymbolFlags } from "typescript/unstable/sync";

const PACKAGES = join(import.meta.dirname, "../../../../packages");

/** A function or class that a package exports. */
export interface Exported {
  /** The entry point and the name, such as `@rainhooks/core decode`. */
  readonly name: string;
  readonly hasExample: boolean;
}

/** Lists the functions and classes that the entry points of packages export. */
export async function exportedFunctions(packages: readonly string[]): Promise<Exported[]> {
  const api = new API();
  try {
    const configs = packages.map((name) => join(PACKAGES, name, "tsconfig.json"));
    const snapshot = api.updateSnapshot({ openProjects: configs });
    const exported: Exported[] = [];
    for (const [index, name] of packages.entries()) {
      const project = snapshot.getProject(configs[index] ?? "");
      for (const [entry, file] of await entryPoints(name)) {
        if (project !== undefined) exported.push(...exportsOf(project, entry, file));
      }
    }
    return exported;
  } finally {
    api.close();
  }
}

/** Returns the entry points of a package, and their source files, without those for tests. */
async function entryPoints(name: string): Promise<[entry: string, file: string][]> {
  const manifest = JSON.parse(await readFile(join(PACKAGES, name, "package.json"), "utf8"));
  const paths = Object.keys(manifest.exports).filter((path) => path !== "./testing");
  return paths.map((path) => [join(manifest.name, path), join(PACKAGES, name, manifest.exports[path])]);
}

function exportsOf({ program, checker }: Project, entry: string, file: string): Exported[] {
  const source = program.getSourceFile(file);
  const entryModule = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (entryModule === undefined) throw new Error(`${entry}: ${file} is not in its package's tsconfig.json.`);
  return checker.getExportsOfModule(entryModule).flatMap((symbol) => {
    const original = (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
    if ((original.flags & (SymbolFlags.Function | SymbolFlags.Class)) === 0) return [];
    const tags = checker.getJsDocTagsOfSymbol(original);
    return [{ name: `${entry} ${symbol.name}`, hasExample: tags.some(({ name }) => name === "example") }];
  });
}
