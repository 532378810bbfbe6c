import { expect, test } from "@jest/globals";
import { readRule } from "../rule/read-rule.ts";
import { backTestNeeds } from "./needs.ts";

const OFFLINE = { kind: "offline", for: "10m" };
const SILENT = { kind: "silent", for: "2h" };
const HOT = { kind: "threshold", series: "T", above: 30 };

const CONNECTIONS = [
  "rmaker.event.node_connected",
  "rmaker.event.node_disconnected",
  "rainhooks.event.node_session_ended",
];
const FACTS = [
  "rmaker.event.existing_tags_attached",
  "rmaker.event.new_tags_added",
  "rmaker.event.node_config_changed",
];

function typesOf(...rules: readonly object[]): string[] {
  const read = rules.map((rule) => readRule(JSON.stringify({ name: "r", ...rule })));
  return [...backTestNeeds(read).types].toSorted();
}

test.each([
  [[], []],
  [[OFFLINE], CONNECTIONS],
  [[HOT], ["rmaker.event.node_ts_data"]],
  [
    [HOT, OFFLINE],
    [...CONNECTIONS, "rmaker.event.node_ts_data"],
  ],
  [[{ ...OFFLINE, where: 'node.type == "light"' }], [...CONNECTIONS, ...FACTS]],
  [
    [HOT, { ...HOT, above: undefined, when: "value > 3.0" }],
    [...FACTS, "rmaker.event.node_ts_data"],
  ],
  [
    [{ kind: "outage", by: "tag" }, HOT],
    [...CONNECTIONS, ...FACTS, "rmaker.event.node_ts_data"],
  ],
] as const)("the events that rules %j ask for", (rules, types) => {
  expect(typesOf(...rules)).toEqual(types.toSorted());
});

test("a rule about silence asks for what a node sends, too", () => {
  const types = typesOf(OFFLINE, SILENT);
  expect(types).toEqual(
    expect.arrayContaining([...CONNECTIONS, "rmaker.event.node_params_changed"]),
  );
  expect(types).not.toContain("rmaker.event.user_node_added");
});

test("only the series of rules are asked for", () => {
  const rules = [HOT, OFFLINE].map((rule) => readRule(JSON.stringify({ name: "r", ...rule })));
  expect([...backTestNeeds(rules).series]).toEqual(["T"]);
});
