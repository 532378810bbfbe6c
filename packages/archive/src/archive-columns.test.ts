import { expect, it, test } from "@jest/globals";
import { ARCHIVE_COLUMNS } from "./archive-columns.ts";
import { archiveHoursTable, archiveHoursWrites, hourKey } from "./hours/hours-table.ts";

const nameOf = ({ name }: { readonly name: string }) => name;

test("the columns of the archive are the fields of a delivery, in small letters", () => {
  const delivery = { id: "1", sentAtMs: 5, topic: "t", attributes: {}, body: "{}" };
  expect(ARCHIVE_COLUMNS.map(nameOf)).toEqual(
    Object.keys(delivery).map((name) => name.toLowerCase()),
  );
  const types = Object.fromEntries(ARCHIVE_COLUMNS.map(({ name, type }) => [name, type]));
  expect(types).toEqual({
    id: "string",
    sentatms: "bigint",
    topic: "string",
    attributes: "map<string,string>",
    body: "string",
  });
});

it("the table of hours has an item per hour, which the archive's function may only change", () => {
  expect(archiveHoursTable).toEqual({
    name: "archive-hours",
    partitionKey: { name: "archive", type: "S" },
    holds: {},
    sortKey: { name: "hour", type: "S" },
  });
  expect(archiveHoursWrites).toEqual({
    kind: "table",
    env: "ARCHIVE_HOURS_TABLE",
    table: archiveHoursTable,
    actions: ["dynamodb:UpdateItem"],
  });
  const key = hourKey("2026/11/24/08");
  expect(key).toEqual({ archive: { S: "deliveries" }, hour: { S: "2026/11/24/08" } });
});
