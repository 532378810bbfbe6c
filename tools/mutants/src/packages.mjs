/**
 * The packages and apps whose code is mutated, and the minimum percentage of mutants that their tests must
 * kill.
 */
export const MIN_SCORES = {
  core: 90,
  filter: 90,
  dynamodb: 85,
  "node-status": 85,
  "time-series": 85,
  repair: 85,
  sinks: 85,
  webhook: 85,
  alarms: 86,
  archive: 87,
  query: 93,
  forwarding: 88,
  console: 91,
};
