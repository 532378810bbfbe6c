import fc from "#fast-check";

const MAX_RUNS = 50;
const SEED = 1;

/**
 * Few runs with a fixed seed, so that a mutant is killed always or never. Failures are not shrunk,
 * because only the result counts.
 */
function fewer(parameters = {}) {
  const numRuns = Math.min(parameters.numRuns ?? MAX_RUNS, MAX_RUNS);
  return { seed: SEED, ...parameters, numRuns, endOnFailure: true };
}

/** Replaces fast-check in tests while mutants are tried. */
export default {
  ...fc,
  assert: (property, parameters) => fc.assert(property, fewer(parameters)),
};
