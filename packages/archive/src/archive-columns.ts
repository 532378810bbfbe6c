/** Name of the table with the archive. */
export const ARCHIVE_TABLE = "deliveries";

/**
 * Its columns, with names and types as in a Hive catalog. In addition there is `hour`, the folder of a
 * delivery.
 */
export const ARCHIVE_COLUMNS = [
  { name: "id", type: "string" },
  { name: "sentatms", type: "bigint" },
  { name: "topic", type: "string" },
  { name: "attributes", type: "map<string,string>" },
  { name: "body", type: "string" },
] as const;

/**
 * Name of the table of lines of both kinds, where SNS writes or wrote to Firehose itself; `deliveries` is
 * then a view of it.
 */
export const LINES_TABLE = "lines";

/**
 * Columns of notifications, besides those of deliveries. Names as in {@link ARCHIVE_COLUMNS}; in the lines
 * they have capitals.
 */
export const NOTIFICATION_COLUMNS = [
  { name: "messageid", type: "string" },
  { name: "topicarn", type: "string" },
  { name: "message", type: "string" },
  { name: "timestamp", type: "string" },
  { name: "messageattributes", type: "map<string,struct<type:string,value:string>>" },
] as const;

/**
 * The view of lines of both kinds, in the SQL of Athena (Trino): of a notification the same columns as of a
 * delivery that a function has written. A line of one kind has no value in the columns of the other.
 */
export const DELIVERIES_VIEW = [
  "SELECT coalesce(id, messageid) AS id",
  `coalesce(sentatms, CAST(to_unixtime(from_iso8601_timestamp("timestamp")) * 1000 AS bigint)) AS sentatms`,
  "coalesce(topic, element_at(split(topicarn, ':'), -1)) AS topic",
  "coalesce(attributes, transform_values(messageattributes, (name, attribute) -> attribute.value)) AS attributes",
  `coalesce(body, message) AS body, hour FROM ${LINES_TABLE}`,
].join(", ");
