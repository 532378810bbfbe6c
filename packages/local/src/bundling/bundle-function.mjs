import { mkdir } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";
import { BUNDLE_OPTIONS, LEFT_OUT } from "./bundle-options.mjs";
import { leaveOut } from "./leave-out.mjs";
import { replaceFile, replaceFolder } from "./replace-files.mjs";

/**
 * The earliest date of the zip format. All files have this date, so that the same sources always
 * make the same bytes.
 */
const ZIP_DATE = new Date(1980, 0, 1);
/**
 * Unix file mode 644: Lambda's user, who is not the owner of the files, must be able to read them.
 */
const ZIP_FILE = { os: 3, attrs: (0o100644 << 16) >>> 0 };

/**
 * Bundles a Lambda function: `entry` and all its imports → `bundle` in `folder`, minified ES
 * modules, and the same files as `bundle.zip`, which a stage deploys. Source maps, and what esbuild
 * says about the outputs, go to `bundle-maps` and are not deployed. Each output is replaced as a
 * whole, a folder only if it changes: a running stage loads it, and another process may make it.
 *
 * @param replaced Files in place of modules, by the texts with which these are imported.
 * @returns What esbuild says about the outputs, with paths relative to `folder`.
 * @throws {Error} if the code cannot be bundled, or imports what is not in the bundle.
 */
export async function bundleFunction({ entry, folder, replaced = {} }) {
  const [out, maps, zip] = ["bundle", "bundle-maps", "bundle.zip"].map((name) =>
    join(folder, name),
  );
  await mkdir(folder, { recursive: true });
  const options = {
    ...BUNDLE_OPTIONS,
    absWorkingDir: folder,
    entryPoints: { index: entry },
    outdir: out,
    splitting: true,
    chunkNames: "chunk-[hash]",
    minify: true,
    sourcemap: "external",
    logLevel: "silent",
    write: false,
    plugins: [{ name: "replaced", setup: (build) => replace(build, replaced) }],
  };
  const { metafile: draft } = await build({ ...options, sourcemap: false, minify: false });
  const { metafile, outputFiles } = await build({
    ...options,
    plugins: [...options.plugins, await leaveOut(draft.inputs, folder)],
  });
  refuseOutside(metafile);
  const files = outputFiles.map(({ path, contents }) => [basename(path), contents]).sort(byName);
  const isMap = ([name]) => name.endsWith(".map");
  const code = files.filter((file) => !isMap(file));
  const zipped = code.map(([name, contents]) => [name, [contents, ZIP_FILE]]);
  await replaceFolder(maps, [
    ...files.filter(isMap),
    ["meta.json", Buffer.from(JSON.stringify(metafile))],
  ]);
  await replaceFolder(out, code);
  await replaceFile(zip, zipSync(Object.fromEntries(zipped), { level: 9, mtime: ZIP_DATE }));
  return metafile;
}

/** What an extension loads when a program starts is for programs. */
const EXTENSION = /[\\/]extensions?\.ts$/;

function replace({ onResolve }, replaced) {
  onResolve({ filter: /./ }, ({ path, kind, importer }) => {
    if (Object.hasOwn(replaced, path)) return { path: replaced[path] };
    return kind === "dynamic-import" && EXTENSION.test(importer) ? { path: LEFT_OUT } : undefined;
  });
}

function byName([a], [b]) {
  return a < b ? -1 : 1;
}

function refuseOutside({ outputs }) {
  const outside = Object.entries(outputs)
    .filter(([file]) => file.endsWith(".mjs"))
    .flatMap(([, { imports }]) =>
      imports.filter(({ external, path }) => external && !isBuiltin(path)).map(({ path }) => path),
    );
  if (outside.length > 0)
    throw new Error(
      `These imports are not in the bundle: ${[...new Set(outside)].join(", ")}. A Lambda function can only load its bundle.`,
    );
}
