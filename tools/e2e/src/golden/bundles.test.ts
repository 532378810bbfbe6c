import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { SHIPPED } from "@rainhooks/app-list";
import { bundleDir, rootDir } from "@rainhooks/app-list/bundles";
import { expectGolden } from "@rainhooks/testing/golden";
import { bundleCommand } from "@rainhooks/tooling/bundle-command.mjs";

type Metafile = Awaited<ReturnType<typeof bundleCommand>>["metafile"];
type Output = Metafile["outputs"][string];

/** What esbuild says about a program, and the folder to which its paths are relative. */
interface Program {
  readonly name: string;
  readonly folder: string;
  readonly outputs: Metafile["outputs"];
}

/** A program whose build has said it. Source maps are no part of it. */
function built(name: string, folder: string): Program {
  const metafile: Metafile = JSON.parse(readFileSync(join(folder, "bundle-maps/meta.json"), "utf8"));
  const code = Object.entries(metafile.outputs).filter(([path]) => !path.endsWith(".map"));
  return { name, folder, outputs: Object.fromEntries(code) };
}

async function programs(): Promise<Program[]> {
  const folder = join(rootDir(), "apps/cli");
  const { metafile } = await bundleCommand({ outdir: "dist", write: false, metafile: true, minify: true });
  return [
    ...SHIPPED.filter(({ sameAs }) => sameAs === undefined).map(({ name }) =>
      built(name, dirname(bundleDir(name))),
    ),
    built("console", join(rootDir(), "apps/console")),
    { name: "command", folder, outputs: metafile.outputs },
  ];
}

/** An output with all that it loads at once. */
function loadedWith(path: string, outputs: Metafile["outputs"]): Output[] {
  const loaded = new Set([path]);
  for (const one of loaded)
    for (const { path, kind } of outputs[one]?.imports ?? [])
      if (kind !== "dynamic-import" && path in outputs) loaded.add(path);
  return [...loaded].flatMap((one) => outputs[one] ?? []);
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0);
const sizeOf = (outputs: readonly Output[]) =>
  `${sum(outputs.map(({ bytes }) => bytes))} bytes in ${outputs.length} files, ${modulesOf(outputs).length} modules`;

/**
 * The modules that have code in outputs: one of types, or one that only passes on what others export, has
 * none.
 */
function modulesOf(outputs: readonly Output[]): string[] {
  const paths = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput === 0 ? [] : path)),
  );
  return [...new Set(paths)].sort();
}

/** Lines of names, each with how often it is there. */
function counted(names: readonly string[]): string[] {
  const counts = Map.groupBy(names.toSorted(), (name) => name);
  return [...counts].map(([name, all]) => (all.length === 1 ? `  ${name}` : `  ${name} ×${all.length}`));
}

/** The npm package of a module; `undefined` for one of the workspace. */
const packageOf = (path: string) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

/** Whether a module is of the project, with a name that stays where it is moved. */
const own = (outputs: readonly Output[]) =>
  modulesOf(outputs).filter((path) => packageOf(path) === undefined);

function pageOf({ name, outputs }: Program): string {
  const all = Object.values(outputs);
  const entries = Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
    entryPoint === undefined ? [] : [`  ${basename(entryPoint)}: ${sizeOf(loadedWith(path, outputs))}`],
  );
  const npm = modulesOf(all).flatMap((path) => packageOf(path) ?? []);
  const outside = all
    .flatMap(({ imports }) => imports)
    .filter(({ external }) => external)
    .map(({ path }) => path);
  return [
    `${name}: ${sizeOf(all)}`,
    ...["loaded with", ...entries.sort()],
    ...["modules of npm packages", ...counted(npm)],
    ...["imports of what is not in it", ...counted([...new Set(outside)])],
    ...["modules", ...counted(own(all).map((path) => basename(path)))],
  ].join("\n");
}

/** The folder with the package.json of a module. */
function workspaceOf(path: string): string {
  const folder = dirname(path);
  return existsSync(join(folder, "package.json")) ? relative(rootDir(), folder) : workspaceOf(folder);
}

test("the functions, the page and the command have the known bytes and modules", async () => {
  const all = await programs();
  expect(all.length).toBeGreaterThan(12);
  for (const program of all)
    expectGolden(join(import.meta.dirname, `bundles/${program.name}.txt`), `${pageOf(program)}\n`);
  // How many modules of each workspace they have: it changes with moves, and the lists above do not.
  const workspaces = all.flatMap(({ name, folder, outputs }) => [
    name,
    ...counted(own(Object.values(outputs)).map((path) => workspaceOf(join(folder, path)))),
  ]);
  expectGolden(join(import.meta.dirname, "bundles/workspaces.txt"), `${workspaces.join("\n")}\n`);
});
