import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { functionFolder } from "@rainhooks/local/bundling/function-folder.mjs";
import { ROOT } from "../lambda-node.mjs";

/** The folder of the npm package to which a file belongs. */
export const PACKAGE_FOLDER = /^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/**
 * Describes in CycloneDX 1.6 which npm packages the bundle of a function contains, with the
 * checksum of its zip.
 *
 * @param name Name of a function, whose bundle is built.
 */
export function sbomOfFunction(name, version) {
  const zip = readFileSync(join(functionFolder(ROOT, name), "bundle.zip"));
  const parts = foldersInBundle(name).map(partOf);
  return document(
    {
      type: "application",
      "bom-ref": `function:${name}@${version}`,
      name: `rainhooks function ${name}`,
      version,
      hashes: [{ alg: "SHA-256", content: createHash("sha256").update(zip).digest("hex") }],
    },
    parts,
    [],
  );
}

/**
 * Describes in CycloneDX 1.6 which npm packages a package contains, and which it installs: in the
 * versions that this release was tested with.
 *
 * @param manifest Its package.json.
 * @param bundled Folders of the npm packages whose code is in it.
 */
export function sbomOfPackage(
  { name, version, dependencies = {}, optionalDependencies = {} },
  bundled,
) {
  const installed = new Map();
  const direct = Object.keys({ ...dependencies, ...optionalDependencies }).map((one) =>
    one === "rainhooks" || one.startsWith("@rainhooks/")
      ? releasedPart(one, version)
      : addInstalled(storedAt(one), installed),
  );
  const parts = [
    ...bundled.map(partOf),
    ...direct,
    ...[...installed.values()].map(({ part }) => part),
  ];
  return document(
    releasedPart(name, version),
    parts,
    [...installed.values()],
    [...bundled.map(partOf), ...direct],
  );
}

function document(component, parts, installed, direct = parts) {
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component },
    components: [...new Map(parts.map((part) => [part["bom-ref"], part])).values()].sort(byRef),
    dependencies: [
      { ref: component["bom-ref"], dependsOn: refsOf(direct) },
      ...installed
        .filter(({ needs }) => needs.length > 0)
        .map(({ part, needs }) => ({ ref: part["bom-ref"], dependsOn: refsOf(needs) }))
        .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
    ],
  };
}

function refsOf(parts) {
  return [...new Set(parts.map((part) => part["bom-ref"]))].sort();
}

/** A package without more: those of the same release have documents of their own. */
function releasedPart(name, version) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, purl };
}

/** Notes a package and all that it installs; returns the package. */
function addInstalled(folder, installed) {
  const known = installed.get(folder);
  if (known !== undefined) return known.part;
  const { name, dependencies = {}, optionalDependencies = {} } = readManifest(folder);
  const entry = { part: partOf(folder), needs: [] };
  installed.set(folder, entry);
  const beside = folder.slice(0, -name.length);
  for (const need of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const path = join(beside, need);
    // One that is for one platform alone is not named: which it is depends on where it is
    // installed.
    if (existsSync(path) && readManifest(path).os === undefined)
      entry.needs.push(addInstalled(realpathSync(path), installed));
  }
  return entry.part;
}

/**
 * Returns the folder of a package that the workspace has: a package of the catalog, or one that
 * those depend on.
 */
function storedAt(name) {
  const [found] = [
    ...globSync(`{apps/*,packages/*,infra,extensions}/node_modules/${name}`, { cwd: ROOT }),
    ...globSync(`node_modules/.pnpm/*/node_modules/${name}`, { cwd: ROOT }),
  ];
  if (found === undefined) throw new Error(`${name} is not installed in the workspace.`);
  return realpathSync(join(ROOT, found));
}

/**
 * The folders of the npm packages whose code is in the bundle of a function, by its source maps.
 */
function foldersInBundle(name) {
  const folder = join(functionFolder(ROOT, name), "bundle-maps");
  const maps = globSync("*.map", { cwd: folder });
  const files = maps.flatMap((map) => {
    const path = join(folder, map);
    return JSON.parse(readFileSync(path, "utf8")).sources.map((source) =>
      resolve(dirname(path), source),
    );
  });
  return [...new Set(files.flatMap((file) => PACKAGE_FOLDER.exec(file) ?? []))];
}

function partOf(folder) {
  const manifest = readManifest(folder);
  const licence = licenceOf(manifest);
  return {
    ...releasedPart(manifest.name, manifest.version),
    ...(licence === undefined ? {} : { licenses: [{ expression: licence }] }),
  };
}

/**
 * Returns what a package says of its licence, also in the form of old packages: an SPDX expression.
 */
export function licenceOf({ license }) {
  return typeof license === "object" ? license.type : license;
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function byRef(a, b) {
  return a["bom-ref"] < b["bom-ref"] ? -1 : 1;
}
