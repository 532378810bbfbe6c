import { ARCHIVE_TABLE } from "./archive-columns.ts";

/** A predefined query of the archive, in Athena's SQL. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** Placeholder of a node id in a saved query. */
export const NODE_ID = "NODE_ID";

const TODAY = "hour >= date_format(current_date, '%Y/%m/%d/00')";
const WEEK = "hour >= date_format(current_date - interval '7' day, '%Y/%m/%d/00')";
const NODE =
  "coalesce(json_extract_scalar(body, '$.EventData.NodeId'), json_extract_scalar(body, '$.event_data.node_id'), element_at(attributes, 'node_id'))";

/** Counts the deliveries of a topic. */
function countOf(topic: string): string {
  return `count(DISTINCT CASE WHEN topic LIKE '%${topic}' THEN id END)`;
}

/**
 * The saved queries. Each reads only the hours it needs. A delivery that is archived several times
 * is one, but for the query that looks for these.
 */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: "deliveries-per-topic-today",
    description: "Number of today's deliveries by topic.",
    sql: `SELECT topic, count(DISTINCT id) AS deliveries FROM ${ARCHIVE_TABLE} WHERE ${TODAY} GROUP BY topic ORDER BY 2 DESC`,
  },
  {
    name: "events-of-a-node",
    description: `All deliveries of a node in the last seven days (${NODE_ID} is replaced by its id).`,
    sql: `SELECT from_unixtime(min(sentatms) / 1000.0) AS sent_at, topic, body FROM ${ARCHIVE_TABLE} WHERE ${WEEK} AND ${NODE} = '${NODE_ID}' GROUP BY id, topic, body ORDER BY min(sentatms)`,
  },
  {
    name: "connections-per-node",
    description:
      "How often each node connected and disconnected in the last seven days, busiest first.",
    sql: `SELECT ${NODE} AS node_id, ${countOf("node_connected")} AS connects, ${countOf("node_disconnected")} AS disconnects FROM ${ARCHIVE_TABLE} WHERE ${WEEK} AND topic LIKE '%connected' AND ${NODE} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 100`,
  },
  {
    name: "busiest-nodes-today",
    description: "The nodes with most deliveries today: one that floods is the first.",
    sql: `SELECT ${NODE} AS node_id, topic, count(DISTINCT id) AS deliveries FROM ${ARCHIVE_TABLE} WHERE ${TODAY} AND ${NODE} IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 20`,
  },
  {
    name: "alerts-today",
    description: "Today's alerts, newest first.",
    sql: `SELECT from_unixtime(min(sentatms) / 1000.0) AS sent_at, ${NODE} AS node_id, body FROM ${ARCHIVE_TABLE} WHERE ${TODAY} AND topic LIKE '%node_alert' GROUP BY id, 2, body ORDER BY min(sentatms) DESC`,
  },
  {
    name: "deliveries-archived-twice",
    description:
      "Deliveries that are in the archive more than once, because of at-least-once delivery.",
    sql: `SELECT id, count(*) AS copies FROM ${ARCHIVE_TABLE} WHERE ${TODAY} GROUP BY id HAVING count(*) > 1`,
  },
];
