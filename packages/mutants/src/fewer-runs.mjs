import fc from "#fast-check";

const MAX_RUNS = 50;
const SEED = 1;

/**
 * Few runs, and the same values in each: a mutant is noticed each time or never. Nobody reads the failure, so no smaller one
 * is looked for.
 */
function fewer(parameters = {}) {
  const numRuns = Math.min(parameters.numRuns ?? MAX_RUNS, MAX_RUNS);
  return { seed: SEED, ...parameters, numRuns, endOnFailure: true };
}

/** What tests get for fast-check while mutants are tried. */
export default {
  ...fc,
  assert: (property, parameters) => fc.assert(property, fewer(parameters)),
};
