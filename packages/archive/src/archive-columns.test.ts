import { expect, it, test } from "@jest/globals";
import {
  ARCHIVE_COLUMNS,
  ARCHIVE_TABLE,
  DELIVERIES_VIEW,
  LINES_TABLE,
  NOTIFICATION_COLUMNS,
} from "./archive-columns.ts";
import { archiveHoursTable, archiveHoursWrites, hourKey } from "./hours/hours-table.ts";

const nameOf = ({ name }: { readonly name: string }) => name;

test("the columns of the archive are the fields of a delivery, in small letters", () => {
  const delivery = { id: "1", sentAtMs: 5, topic: "t", attributes: {}, body: "{}" };
  expect(ARCHIVE_COLUMNS.map(nameOf)).toEqual(Object.keys(delivery).map((name) => name.toLowerCase()));
  const types = Object.fromEntries(ARCHIVE_COLUMNS.map(({ name, type }) => [name, type]));
  expect(types).toEqual({
    ...{
      id: "string",
      sentatms: "bigint",
      topic: "string",
      attributes: "map<string,string>",
      body: "string",
    },
  });
});

test("the columns of notifications are those fields of SNS that a delivery is made of", () => {
  const fields = ["MessageId", "TopicArn", "Message", "Timestamp", "MessageAttributes"];
  expect(NOTIFICATION_COLUMNS.map(nameOf)).toEqual(fields.map((name) => name.toLowerCase()));
  expect(NOTIFICATION_COLUMNS.map(({ type }) => type)).toEqual([
    ...["string", "string", "string", "string", "map<string,struct<type:string,value:string>>"],
  ]);
});

it("the view has the columns of the archive in their order, each from a delivery or else from a notification", () => {
  expect(ARCHIVE_TABLE).not.toBe(LINES_TABLE);
  expect(LINES_TABLE).toBe("lines");
  const [select = "", from] = DELIVERIES_VIEW.split(" FROM ");
  expect([select.startsWith("SELECT "), from]).toEqual([true, LINES_TABLE]);
  // A notification's values are texts, but for the attributes.
  const other: Readonly<Record<string, string>> = {
    id: "messageid",
    sentatms: `CAST(to_unixtime(from_iso8601_timestamp("timestamp")) * 1000 AS bigint)`,
    topic: "element_at(split(topicarn, ':'), -1)",
    attributes: "transform_values(messageattributes, (name, attribute) -> attribute.value)",
    body: "message",
  };
  const columns = ARCHIVE_COLUMNS.map(({ name }) => `coalesce(${name}, ${other[name]}) AS ${name}`);
  expect(select).toBe(`SELECT ${[...columns, "hour"].join(", ")}`);
  for (const { name } of NOTIFICATION_COLUMNS) expect(Object.values(other).join(" ")).toContain(name);
});

it("the table of hours has an item per hour, which the archive's function may only change", () => {
  expect(archiveHoursTable).toEqual({
    ...{
      name: "archive-hours",
      partitionKey: { name: "archive", type: "S" },
      holds: {},
      sortKey: { name: "hour", type: "S" },
    },
  });
  expect(archiveHoursWrites).toEqual({
    ...{
      kind: "table",
      env: "ARCHIVE_HOURS_TABLE",
      table: archiveHoursTable,
      actions: ["dynamodb:UpdateItem"],
    },
  });
  const key = hourKey("2026/11/24/08");
  expect(key).toEqual({ archive: { S: "deliveries" }, hour: { S: "2026/11/24/08" } });
});
