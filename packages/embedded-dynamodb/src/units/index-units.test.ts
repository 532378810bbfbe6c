import { describe, expect, it } from "@jest/globals";
import type { TableDescription } from "@rainhooks/dynamodb/table-description";
import { indexUnits } from "./unit-meter.ts";

const table: TableDescription = {
  name: "t",
  partitionKey: { name: "id", type: "S" },
  indexes: [
    {
      name: "i",
      partitionKey: { name: "shard", type: "S" },
      sortKey: { name: "at", type: "S" },
      projected: ["firmware"],
    },
  ],
};
const item = (fields: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries({ id: "a", ...fields }).map(([name, S]) => [name, { S }]));
const listed = { shard: "1", at: "2" };

describe("the units of a write in an index", () => {
  it.each([
    ["nothing for an item that is not in it", undefined, item({ at: "2" }), 0],
    ["one for a new entry", item({}), item(listed), 1],
    ["one for an entry that is removed", item(listed), item({}), 1],
    ["one for an entry that is deleted with its item", item(listed), undefined, 1],
    ["two for an entry that moves", item(listed), item({ ...listed, at: "3" }), 2],
    [
      "nothing for a change of what it does not have",
      item(listed),
      item({ ...listed, name: "x" }),
      0,
    ],
    [
      "one for a change of what it has",
      item({ ...listed, firmware: "1" }),
      item({ ...listed, firmware: "2" }),
      1,
    ],
    ["one for each kilobyte", undefined, item({ ...listed, firmware: "x".repeat(2000) }), 2],
  ])("the units of an index are %s", (_, before, after, units) => {
    expect(indexUnits(table, before, after)).toBe(units);
  });
});
