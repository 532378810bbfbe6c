import { expect, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { deliveryOf } from "@rainhooks/testing/samples";
import { wants } from "./wants.ts";

const ALL = { id: "crm", events: "all", nodes: [], tags: [] } as const;
const TAGS = new Map([["n1", ["city:Pune", "floor:2"]]]);

test.each<[string, Partial<Parameters<typeof wants>[0]>, string[], boolean]>([
  ["everything", {}, ["n1"], true],
  ["everything, of no node", {}, [], true],
  ["its type", { events: ["rmaker.event.new_tags_added"] }, ["n1"], true],
  ["another type", { events: ["rmaker.event.alert"] }, ["n1"], false],
  ["its node", { nodes: ["n0", "n1"] }, ["n1"], true],
  ["one of its nodes", { nodes: ["n1"] }, ["n2", "n1"], true],
  ["another node", { nodes: ["n2"] }, ["n1"], false],
  ["nodes, of no node", { nodes: ["n1"] }, [], false],
  ["its tag", { tags: ["floor:2"] }, ["n1"], true],
  ["another tag", { tags: ["floor:3"] }, ["n1"], false],
  ["a tag, of a node without any", { tags: ["floor:2"] }, ["n2"], false],
  ["a tag, of no node", { tags: ["floor:2"] }, [], false],
  ["another node, or its tag", { nodes: ["n2"], tags: ["floor:2"] }, ["n1"], true],
  ["its node, or another tag", { nodes: ["n1"], tags: ["floor:3"] }, ["n1"], true],
  [
    "its tag, but another type",
    { events: ["rmaker.event.alert"], tags: ["floor:2"] },
    ["n1"],
    false,
  ],
])("a destination that wants %s", (_, filter, nodes, expected) => {
  const decoded = decode(
    deliveryOf({ event_type: "rmaker.event.new_tags_added", event_data: { nodes } }),
  );
  if (decoded.kind !== "event") throw new Error("It is no event.");
  expect(wants({ ...ALL, ...filter }, decoded.event, (node) => TAGS.get(node) ?? [])).toBe(
    expected,
  );
});

test.each([
  [undefined, true],
  [[], true],
  [["crm"], true],
  [["pager"], false],
])("a destination gets the alarms of rules that name %j", (destinations, expected) => {
  const event_data = { notice: "raised", nodes: ["n1"], alarms: [], destinations };
  const decoded = decode(deliveryOf({ event_type: "rainhooks.event.alarm_changed", event_data }));
  if (decoded.kind !== "event") throw new Error("It is no event.");
  expect(wants(ALL, decoded.event, () => [])).toBe(expected);
});
