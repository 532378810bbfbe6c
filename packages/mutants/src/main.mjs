/*
 * Changes the code of packages in small ways, one at a time (a mutant), and runs their tests: a mutant that no test
 * notices shows what is not tested. Takes names of packages; without one, all of them have their turn.
 */
import { Stryker } from "@stryker-mutator/core";
import { forgetSurvivingConstants } from "./earlier-results.mjs";
import { strykerOptions } from "./options.mjs";
import { LEAST_NOTICED } from "./packages.mjs";

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(LEAST_NOTICED);
const unknown = names.filter((name) => !Object.hasOwn(LEAST_NOTICED, name));
if (unknown.length > 0) {
  console.error(`No mutants of ${unknown.join(", ")}. There are: ${Object.keys(LEAST_NOTICED).join(", ")}.`);
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
  const noticed = count("Killed") + count("Timeout");
  const unnoticed = count("Survived") + count("NoCoverage");
  const percent = (100 * noticed) / (noticed + unnoticed);
  const failed = percent < LEAST_NOTICED[name];
  if (failed) process.exitCode = 1;
  return `${name}: ${percent.toFixed(1)} % of ${noticed + unnoticed} mutants noticed (${count("Timeout")} by a timeout), ${count("Survived")} survived, ${count("NoCoverage")} are not reached by any test; at least ${LEAST_NOTICED[name]} % are wanted${failed ? ": FAILED" : ""} (${seconds.toFixed(0)} s)`;
}
