import fc from "#fast-check";

const MAX_RUNS = 50;
const SEED = 1;

/** Few runs, and the same values in each: a mutant is noticed each time or never. */
function fewer(parameters = {}) {
  return { seed: SEED, ...parameters, numRuns: Math.min(parameters.numRuns ?? MAX_RUNS, MAX_RUNS) };
}

/** What tests get for fast-check while mutants are tried. */
export default {
  ...fc,
  assert: (property, parameters) => fc.assert(property, fewer(parameters)),
};
