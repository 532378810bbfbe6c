import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
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
  return contentOf(
    {
      type: "application",
      "bom-ref": `function:${name}@${version}`,
      name: `rainhooks function ${name}`,
      version,
      hashes: [{ alg: "SHA-256", content: createHash("sha256").update(zip).digest("hex") }],
    },
    foldersInBundle(name),
  );
}

/**
 * Describes in CycloneDX 1.6 which npm packages a package contains. What it installs beside them,
 * `npm sbom` says where it is installed.
 *
 * @param manifest Its package.json.
 * @param bundled Folders of the npm packages whose code is in it.
 */
export function sbomOfPackage({ name, version }, bundled) {
  return contentOf(releasedPart(name, version), bundled);
}

function contentOf(component, folders) {
  const parts = new Map(folders.map(partOf).map((part) => [part["bom-ref"], part]));
  const refs = [...parts.keys()].sort();
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component },
    components: refs.map((ref) => parts.get(ref)),
    dependencies: [{ ref: component["bom-ref"], dependsOn: refs }],
  };
}

function releasedPart(name, version) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, purl };
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
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
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
