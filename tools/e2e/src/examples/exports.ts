import { readFileSync } from "node:fs";
import { join } from "node:path";
import { API, type Project, SymbolFlags } from "typescript/unstable/sync";

const PACKAGES = join(import.meta.dirname, "../../../../packages");

/** What an entry point of a package exports. */
export interface EntryExport {
  /** The entry point and the name, such as `@rainhooks/webhook/events nodesOf`. */
  readonly name: string;
  readonly symbol: string;
  /** Whether it is a function or a class. */
  readonly isCalled: boolean;
  readonly hasExample: boolean;
}

/** Lists what entry points of packages export, such as `@rainhooks/webhook/events`. */
export function exportsOfEntries(entries: readonly string[]): EntryExport[] {
  const api = new API();
  try {
    const files = entries.map(entryFile);
    const snapshot = api.updateSnapshot({ openProjects: [...new Set(files.map(({ config }) => config))] });
    return files.flatMap(({ config, file }, index) => {
      const project = snapshot.getProject(config);
      return project === undefined ? [] : exportsOf(project, entries[index] ?? "", file);
    });
  } finally {
    api.close();
  }
}

function entryFile(entry: string): { config: string; file: string } {
  const [, name = "", ...path] = entry.split("/");
  const manifest = JSON.parse(readFileSync(join(PACKAGES, name, "package.json"), "utf8"));
  const file = join(
    PACKAGES,
    name,
    manifest.exports[path.length === 0 ? "." : "./*"].replace("*", path.join("/")),
  );
  return { config: join(PACKAGES, name, "tsconfig.json"), file };
}

function exportsOf({ program, checker }: Project, entry: string, file: string): EntryExport[] {
  const source = program.getSourceFile(file);
  const entryModule = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (entryModule === undefined) throw new Error(`${entry}: ${file} is not in its package's tsconfig.json.`);
  return checker.getExportsOfModule(entryModule).map((symbol) => {
    const original = (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
    return {
      name: `${entry} ${symbol.name}`,
      symbol: symbol.name,
      isCalled: (original.flags & (SymbolFlags.Function | SymbolFlags.Class)) !== 0,
      hasExample: checker.getJsDocTagsOfSymbol(original).some(({ name }) => name === "example"),
    };
  });
}
