import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ROOT } from "../lambda-node.mjs";

const FOLDER = /^.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;

/**
 * Describes in CycloneDX 1.6 which npm packages the bundles of functions contain: each function with its zip's checksum. What packages depend on is not in
 * them: `npm sbom` says that where they are installed.
 *
 * @param functions Names of functions, whose bundles are built.
 */
export function sbomOfFunctions(functions, version) {
  const found = functions.map((name) => ({ name, parts: packagesIn(name) }));
  const all = new Map(found.flatMap(({ parts }) => parts.map((part) => [part["bom-ref"], part])));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: { type: "application", name: "rainhooks", version, "bom-ref": `rainhooks@${version}` },
    },
    components: [...found.map(({ name }) => functionOf(name, version)), ...[...all.values()].sort(byRef)],
    dependencies: found.map(({ name, parts }) => ({
      ref: refOf(name, version),
      dependsOn: parts.map((part) => part["bom-ref"]).sort(),
    })),
  };
}

function refOf(name, version) {
  return `function:${name}@${version}`;
}

function functionOf(name, version) {
  const zip = readFileSync(join(ROOT, "apps", name, "bundle.zip"));
  return {
    type: "application",
    "bom-ref": refOf(name, version),
    name: `rainhooks function ${name}`,
    version,
    hashes: [{ alg: "SHA-256", content: createHash("sha256").update(zip).digest("hex") }],
  };
}

/** The npm packages whose code is in a bundle, by its source maps. */
function packagesIn(name) {
  const maps = globSync("*.map", { cwd: join(ROOT, "apps", name, "bundle-maps") });
  const files = maps.flatMap((map) => {
    const path = join(ROOT, "apps", name, "bundle-maps", map);
    return JSON.parse(readFileSync(path, "utf8")).sources.map((source) => resolve(dirname(path), source));
  });
  const folders = new Set(files.flatMap((file) => FOLDER.exec(file) ?? []));
  return [...new Map([...folders].map(partOf).map((part) => [part["bom-ref"], part])).values()];
}

function partOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return { type: "library", "bom-ref": purl, name, version, purl, licenses: [{ expression: license }] };
}

function byRef(a, b) {
  return a["bom-ref"] < b["bom-ref"] ? -1 : 1;
}
