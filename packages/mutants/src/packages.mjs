/**
 * The packages whose code is mutated, and the minimum percentage of mutants that their tests must kill. Of node-status and
 * time-series it is what runs that were ended early have shown: these tried 594 of 1018 mutants and 398 of 945, and killed
 * 94 % and 84 % of those. A whole run shows more.
 */
export const MIN_SCORES = {
  core: 90,
  filter: 90,
  dynamodb: 85,
  "node-status": 54,
  "time-series": 35,
  sinks: 85,
  webhook: 85,
};
