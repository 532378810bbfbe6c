import { existsSync, readFileSync, writeFileSync } from "node:fs";

/**
 * Deletes the results of constants whose mutants survived, so that they are tried again. Stryker does not know which tests cover
 * code that runs when a module is loaded, so a new test would not make it try them again.
 */
export function forgetSurvivingConstants(path) {
  if (!existsSync(path)) return;
  const report = JSON.parse(readFileSync(path, "utf8"));
  for (const file of Object.values(report.files))
    file.mutants = file.mutants.filter((mutant) => !(mutant.static && mutant.status === "Survived"));
  writeFileSync(path, JSON.stringify(report));
}
