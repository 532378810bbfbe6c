import type { TableDescription } from "@rainhooks/dynamodb";

/** The table that keeps the key with which page tokens are signed. */
export const pageKeysTable = {
  name: "page-keys",
  partitionKey: { name: "name", type: "S" },
} as const satisfies TableDescription;
