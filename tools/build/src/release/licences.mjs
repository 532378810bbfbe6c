import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../lambda-node.mjs";
import { PACKAGE_FOLDER } from "./sbom.mjs";

/**
 * Copies the licences of the npm packages that are bundled into `licences`.
 *
 * @param metafiles What esbuild says about bundles, by the folder of the workspace to which their
 * paths are relative.
 * @returns The folders of those packages.
 * @throws {Error} if a package says no licence.
 */
export async function copyLicences(out, metafiles) {
  await mkdir(join(out, "licences"), { recursive: true });
  const bundled = [];
  for (const [from, { inputs }] of Object.entries(metafiles)) {
    const folders = Object.keys(inputs).flatMap((path) => PACKAGE_FOLDER.exec(path) ?? []);
    for (const folder of new Set(folders)) {
      bundled.push(join(ROOT, from, folder));
      const name = folder.replace(/^.*node_modules\//, "").replace("/", "-");
      const file = (await readdir(join(ROOT, from, folder))).find((one) =>
        /^licen[sc]e/i.test(one),
      );
      const copy = join(out, "licences", name);
      if (file === undefined)
        await writeFile(copy, await licenceLine(join(ROOT, from, folder, "package.json")));
      else await copyFile(join(ROOT, from, folder, file), copy);
    }
  }
  return bundled;
}

/** What a package without a file for it says of its licence. */
async function licenceLine(manifest) {
  const { name, version, license, author } = JSON.parse(await readFile(manifest, "utf8"));
  if (license === undefined) throw new Error(`${name} says no licence.`);
  return `${name} ${version}: ${license}. Author: ${author?.name ?? author ?? "not named"}.\n`;
}
