import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { ROOT } from "../lambda-node.mjs";
import { NODE, writeBin } from "./bin.mjs";
import { OPTIONAL, writeCommand } from "./command.mjs";
import { declarationsOf, Library } from "./library.mjs";
import { copyLicences } from "./licences.mjs";
import { packageOf, rangesOf, readRanges } from "./ranges.mjs";
import { NATIVE, vendorDynalite } from "./vendor.mjs";

/**
 * Returns the names of the functions whose bundles come with the command. One that is `sameAs`
 * another has none.
 */
export async function shippedFunctions() {
  const { SHIPPED } = await import(pathToFileURL(join(ROOT, LIST, "index.js")));
  return SHIPPED.flatMap(({ name, sameAs }) => (sameAs === undefined ? [name] : [])).sort();
}

const LIST = "apps/list/dist";
/** An extension, and their list: who deploys needs their functions alone. */
const EXTENSION =
  /^(?:extensions\/dist\/[^/]+\/extension|apps\/list\/dist\/(?:project\/)?(?:project-)?extensions)\.js$/;
/** In an installed package, the functions are those of the project. */
const REPLACED = {
  [`${LIST}/project-extensions.js`]: `${LIST}/project/project-extensions.js`,
  [`${LIST}/bundles.js`]: `${LIST}/project/bundles.js`,
};

/**
 * Writes the packages that people install, each into a folder of `out`.
 *
 * @param only The name of the only one to write.
 * @returns Their folders, in the order in which they are published, each with what `sbomOfPackage`
 * takes.
 */
export async function writePackages(out, only) {
  rmSync(out, { recursive: true, force: true });
  const { version } = readJson("package.json");
  const wanted = Object.entries(PACKAGES).filter(([name]) => only === undefined || name === only);
  const written = [];
  for (const [name, write] of wanted) {
    const folder = join(out, name.replace("/", "-").replace("@", ""));
    mkdirSync(folder, { recursive: true });
    const { bundled = [], ...fields } = await write(folder, version);
    const manifest = writeManifest(folder, { name, version, ...fields });
    copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
    written.push({ folder, manifest, bundled });
  }
  return written;
}

/** What extensions of a project import from the package `rainhooks`. */
const EXTENDS = ["extension", "question"];

const PACKAGES = {
  rainhooks: async (out) => {
    const { imported, bundled } = await writeCommand(out, await shippedFunctions());
    copyReadme("apps/cli", out);
    copyDocs(out);
    const types = new Library({ out, isTypes: true });
    const exports = EXTENDS.map((name) => [
      `./${name}`,
      {
        types: `./${relative(out, declarationsOf(types.add(`@rainhooks/stage/published/${name}`)))}`,
        default: `./dist/${name}.mjs`,
      },
    ]);
    const names = [...imported, ...types.npmPackages].filter((name) => name !== OPTIONAL);
    return {
      description:
        "Webhooks for your own ESP RainMaker cloud: the command line, a stage on your own machine, and the functions.",
      bin: { rainhooks: "bin.mjs" },
      exports: { "./package.json": "./package.json", ...Object.fromEntries(exports) },
      dependencies: rangesOf(names, ranges()),
      optionalDependencies: rangesOf([OPTIONAL], ranges()),
      bundled,
    };
  },
  "@rainhooks/webhook": async (out) => {
    copyReadme("packages/webhook", out);
    return library(out, "@rainhooks/webhook", [".", "./define", "./events", "./sinks"]);
  },
  "@rainhooks/webhook-testing": async (out, version) => {
    copyReadme("packages/webhook-testing", out);
    const dynalite = await vendorDynalite(join(out, "dist/dynalite.mjs"));
    const bundled = await copyLicences(out, { "packages/embedded-dynamodb": dynalite });
    const manifest = library(out, "@rainhooks/webhook-testing", ["."], {
      files: ["docs/samples"],
      vendored: { dynalite: "dist/dynalite.mjs" },
    });
    return {
      ...manifest,
      dependencies: { ...manifest.dependencies, ...rangesOf([NATIVE], ranges()) },
      peerDependencies: { "@rainhooks/webhook": `^${version}` },
      bundled,
    };
  },
  "@rainhooks/infra": async (out, version) => {
    copyReadme("infra", out);
    const manifest = library(out, "@rainhooks/infra", ["."], {
      // The version of a stage is in the manifest of what describes one.
      files: ["packages/local/src/bundling/lambda", "packages/stage/package.json"],
      withoutLater: EXTENSION,
    });
    // Beside it, and not below it: a project has both, from the same place.
    return { ...manifest, peerDependencies: { rainhooks: version } };
  },
  "create-rainhooks": writeCreator,
};

/** Copies the pages that `rainhooks docs` prints. */
function copyDocs(out) {
  mkdirSync(join(out, "docs"));
  for (const name of readdirSync(join(ROOT, "docs")).filter((one) => one.endsWith(".md")))
    copyFileSync(join(ROOT, "docs", name), join(out, "docs", name));
}

/** Copies modules of the workspace with what they import; returns the fields of the manifest. */
function library(out, name, subpaths, { files = [], vendored = {}, withoutLater } = {}) {
  const { description } = readJson(`${folderInWorkspace(name)}/package.json`);
  const library = new Library({ out, replaced: REPLACED, vendored, withoutLater });
  const exports = Object.fromEntries(
    subpaths.map((subpath) => {
      const file = `./${relative(out, library.add(`${name}${subpath.slice(1)}`))}`;
      return [subpath, { types: declarationsOf(file), default: file }];
    }),
  );
  for (const path of files) library.addFiles(path);
  return {
    description,
    exports,
    sideEffects: false,
    dependencies: rangesOf(library.npmPackages.map(withTypes), ranges()),
  };
}

function folderInWorkspace(name) {
  return name === "@rainhooks/infra" ? "infra" : name.replace("@rainhooks", "packages");
}

/** Modules that are types alone have them in a package of another name. */
function withTypes(name) {
  return name === "aws-lambda" ? "@types/aws-lambda" : name;
}

/** The ranges of the catalog. What dynalite needs must be the same there. */
function ranges() {
  const inDynalite = createRequire(join(ROOT, "packages/embedded-dynamodb/package.json"));
  const inLevel = createRequire(createRequire(inDynalite.resolve("dynalite")).resolve("level"));
  const { version } = inLevel(`${NATIVE}/package.json`);
  const ranges = readRanges();
  if (ranges.get(NATIVE) !== `^${version}`)
    throw new Error(
      `dynalite needs ${NATIVE} ${version}: give it this version in pnpm-workspace.yaml.`,
    );
  return ranges;
}

function copyReadme(folder, out) {
  const path = join(ROOT, folder, "README.md");
  if (!existsSync(path)) throw new Error(`${packageOf(folder)} has no README.md.`);
  copyFileSync(path, join(out, "README.md"));
}

function writeManifest(folder, { name, version, description, ...rest }) {
  const { repository, homepage, license } = readJson("package.json");
  const manifest = {
    name,
    version,
    description,
    license,
    ...(repository === undefined ? {} : { repository }),
    ...(homepage === undefined ? {} : { homepage }),
    type: "module",
    engines: { node: NODE },
    publishConfig: { access: "public" },
    ...rest,
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

function readJson(path) {
  return JSON.parse(readFileSync(join(ROOT, path), "utf8"));
}

const FOLDER = join(ROOT, "packages/create-rainhooks");

/**
 * Writes the package `create-rainhooks`: one file without dependencies, and its templates. Returns
 * the fields of its manifest.
 */
async function writeCreator(out, version) {
  await build({
    absWorkingDir: FOLDER,
    stdin: {
      contents: `import { main } from "./src/main.ts"; process.exitCode = main(process.argv.slice(2), "${version}", process.env.INIT_CWD);`,
      resolveDir: FOLDER,
    },
    outfile: join(out, "dist/create-rainhooks.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    logLevel: "warning",
  });
  writeBin(out, "dist/create-rainhooks.mjs");
  cpSync(join(FOLDER, "templates"), join(out, "templates"), { recursive: true });
  copyFileSync(join(FOLDER, "README.md"), join(out, "README.md"));
  return {
    description: "Makes a project with webhooks of your own for ESP RainMaker.",
    bin: { "create-rainhooks": "bin.mjs" },
  };
}
