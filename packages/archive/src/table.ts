/** Name of the table in which the archive can be queried. */
export const ARCHIVE_TABLE = "deliveries";

/** Its columns, as a Hive catalog names them and their types. Besides, there is `hour`, the folder in which a delivery lies. */
export const ARCHIVE_COLUMNS = [
  { name: "id", type: "string" },
  { name: "sentatms", type: "bigint" },
  { name: "topic", type: "string" },
  { name: "attributes", type: "map<string,string>" },
  { name: "body", type: "string" },
] as const;
