/**
 * The folders whose code is mutated, and the minimum percentage of mutants that their tests must
 * kill. What a folder within another one has of its own is not in the other one's.
 */
export const MIN_SCORES = {
  "packages/core/src": 90,
  "packages/filter/src": 90,
  "packages/dynamodb/src": 85,
  "packages/node-status/src": 85,
  "packages/time-series/src": 85,
  "packages/sinks/src": 85,
  "packages/webhook/src": 85,
  "packages/stage/src/query": 93,
  "packages/stage/src/operations": 85,
  "packages/archive/src": 87,
  "apps/console/src": 91,
  "apps/console/src/serve/routes": 85,
  "extensions/alarms": 86,
  "extensions/forwarding": 88,
  "extensions/privacy/erase": 85,
  "extensions/repair": 85,
  "extensions/repair/dead-letters": 85,
  "extensions/repair/rebuild": 85,
  "packages/stage/src/operate/replay": 85,
};
