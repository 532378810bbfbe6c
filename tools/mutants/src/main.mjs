import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Stryker } from "@stryker-mutator/core";
import { MIN_SCORES } from "./folders.mjs";
import { strykerOptions } from "./options.mjs";

/*
 * Mutation testing: changes the code of folders in small ways, one at a time (a mutant), and runs
 * their tests. A mutant that no test kills shows what is not tested. Takes folders; default: all of
 * folders.mjs.
 */

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(MIN_SCORES);
const unknown = names.filter((name) => !Object.hasOwn(MIN_SCORES, name));
if (unknown.length > 0) {
  console.error(
    `Unknown folder ${unknown.join(", ")}. Known: ${Object.keys(MIN_SCORES).join(", ")}.`,
  );
  process.exit(2);
}

const lines = [];
for (const name of names) {
  const startedMs = Date.now();
  const options = strykerOptions(name);
  forgetSurvivingConstants(options.incrementalFile);
  const mutants = await new Stryker(options).runMutationTest();
  lines.push(summaryOf(name, mutants, (Date.now() - startedMs) / 1000));
}
console.log(lines.join("\n"));

function summaryOf(name, mutants, seconds) {
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
  const killed = count("Killed") + count("Timeout");
  const alive = count("Survived") + count("NoCoverage");
  const percent = (100 * killed) / (killed + alive);
  const failed = percent < MIN_SCORES[name];
  if (failed) process.exitCode = 1;
  return `${name}: ${percent.toFixed(1)} % of ${killed + alive} mutants killed (${count("Timeout")} by a timeout), ${count("Survived")} survived, ${count("NoCoverage")} are not covered by any test; the minimum is ${MIN_SCORES[name]} %${failed ? ": FAILED" : ""} (${seconds.toFixed(0)} s)`;
}

/**
 * Deletes the results of constants whose mutants survived, so that they are tried again. Stryker
 * does not know which tests cover code that runs when a module is loaded, so a new test would not
 * make it try them again.
 */
function forgetSurvivingConstants(path) {
  if (!existsSync(path)) return;
  const report = JSON.parse(readFileSync(path, "utf8"));
  for (const file of Object.values(report.files))
    file.mutants = file.mutants.filter(
      (mutant) => !(mutant.static && mutant.status === "Survived"),
    );
  writeFileSync(path, JSON.stringify(report));
}
