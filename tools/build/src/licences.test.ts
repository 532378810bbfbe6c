import { globSync, lstatSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "@jest/globals";
import { ROOT } from "./lambda-node.mjs";
import { licenceOf } from "./release/sbom.mjs";

/** The licence of each installed package; several where one may choose. */
function installedLicences(): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const path of globSync(".pnpm/*/node_modules/{*,@*/*}/package.json", {
    cwd: join(ROOT, "node_modules"),
  })) {
    const folder = join(ROOT, "node_modules", dirname(path));
    if (lstatSync(folder).isSymbolicLink()) continue;
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    if (manifest.name === undefined) continue;
    found.set(manifest.name, String(licenceOf(manifest)).replace(/[()]/g, "").split(" OR "));
  }
  return found;
}

it("docs/supported.md names the licences of everything that is installed, and what has one with conditions", () => {
  const [, section = ""] = readFileSync(join(ROOT, "docs/supported.md"), "utf8").split(
    "## Licences",
  );
  const rows = section.split("\n").flatMap((line) => {
    const [, licences = "", what = ""] = line.split("|");
    return licences.trim() === ""
      ? []
      : [{ licences: licences.split(",").map((one) => one.trim()), what }];
  });
  const isNamed = (name: string, licence: string) =>
    rows.some(
      ({ licences, what }) =>
        licences.includes(licence) &&
        (what.includes("everything that ships") ||
          what.includes(`\`${name}\``) ||
          what.includes(`\`${name.split("/")[0]}/*\``)),
    );
  const unnamed = [...installedLicences()].filter(
    ([name, licences]) => !licences.some((licence) => isNamed(name, licence)),
  );
  expect(unnamed).toEqual([]);
});
