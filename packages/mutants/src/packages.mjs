/** The packages whose code is mutated, and the least share of mutants, in percent, that their tests must notice. */
export const LEAST_NOTICED = {
  core: 90,
  filter: 90,
  "node-status": 85,
  "time-series": 85,
  sinks: 85,
  webhook: 85,
};
