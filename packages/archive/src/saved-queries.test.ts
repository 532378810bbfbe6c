import { expect, it, test } from "@jest/globals";
import { ARCHIVE_COLUMNS, ARCHIVE_TABLE } from "./archive-columns.ts";
import { NODE_ID, SAVED_QUERIES } from "./saved-queries.ts";

const COLUMNS = ARCHIVE_COLUMNS.map(({ name }) => name);

test.each(SAVED_QUERIES.map((query) => [query.name, query] as const))(
  "the saved query %s reads few hours of the archive, and its description says what it shows",
  (name, { sql, description }) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(description).toMatch(/^[A-Z].+\.$/);
    expect(sql).toMatch(
      new RegExp(
        `^SELECT .+ FROM ${ARCHIVE_TABLE} WHERE hour >= date_format\\(current_date( - interval '7' day)?, '%Y/%m/%d/00'\\)`,
      ),
    );
    const selected = sql.slice("SELECT ".length, sql.indexOf(" FROM "));
    expect(COLUMNS.some((column) => selected.includes(column))).toBe(true);
  },
);

it("the queries about a node know it in either casing, and by its attribute", () => {
  const node =
    "coalesce(json_extract_scalar(body, '$.EventData.NodeId'), json_extract_scalar(body, '$.event_data.node_id'), element_at(attributes, 'node_id'))";
  const about = SAVED_QUERIES.filter(({ sql }) => sql.includes("node_id"));
  expect(about.map(({ name }) => name)).toEqual([
    "events-of-a-node",
    "connections-per-node",
    "busiest-nodes-today",
    "alerts-today",
  ]);
  for (const { sql } of about) expect(sql).toContain(node);
  expect(about[0]?.sql).toContain(`${node} = '${NODE_ID}'`);
  expect(about[0]?.description).toContain(NODE_ID);
  expect(NODE_ID).toMatch(/^[A-Z_]+$/);
});

it("each has its order", () => {
  const ends = Object.fromEntries(
    SAVED_QUERIES.map(({ name, sql }) => [name, sql.split("'").at(-1)]),
  );
  expect(ends).toEqual({
    "deliveries-per-topic-today": ") GROUP BY topic ORDER BY 2 DESC",
    "events-of-a-node": " GROUP BY id, topic, body ORDER BY min(sentatms)",
    "connections-per-node": ")) IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 100",
    "busiest-nodes-today": ")) IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 20",
    "alerts-today": " GROUP BY id, 2, body ORDER BY min(sentatms) DESC",
    "deliveries-archived-twice": ") GROUP BY id HAVING count(*) > 1",
  });
});
