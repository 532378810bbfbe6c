import type { TableDescription } from "@rainhooks/dynamodb/table-description";

/** The table of replay jobs: an item per job, and one for each part of its lists. */
export const replaysTable = {
  name: "replays",
  partitionKey: { name: "job", type: "S" },
  sortKey: { name: "part", type: "S" },
  holds: {},
  ttlAttribute: "expiresAtS",
} as const satisfies TableDescription;
