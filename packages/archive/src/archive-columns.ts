/** Name of the table with the archive. */
export const ARCHIVE_TABLE = "deliveries";

/**
 * Its columns, with names and types as in a Hive catalog. In addition there is `hour`, the folder
 * of a delivery.
 */
export const ARCHIVE_COLUMNS = [
  { name: "id", type: "string" },
  { name: "sentatms", type: "bigint" },
  { name: "topic", type: "string" },
  { name: "attributes", type: "map<string,string>" },
  { name: "body", type: "string" },
] as const;
