import { expect, test } from "@jest/globals";
import { project } from "@rainhooks/node-status/project";
import { readRule } from "../rule/read-rule.ts";
import { recordOf } from "../stores/node-record.ts";
import { eventOf, minutesOf } from "../testing/played-stage.ts";
import { BackTest } from "./back-test.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const OFFLINE = { name: "offline", kind: "offline", for: "10m" };
const OUTAGE = { name: "site", kind: "outage", by: "tag", share: 0.5, count: 3 };

const NODES = ["a", "b", "c", "d"];

function backTest(rules: readonly object[], fromMin = 0): BackTest {
  const versions = rules.map((rule) => ({
    rule: readRule(JSON.stringify(rule)),
    version: 1,
    fromMs: 0,
    untilMs: undefined,
  }));
  const test = new BackTest({
    versions,
    fromMs: START_MS + fromMin * MIN,
    toMs: START_MS + 120 * MIN,
  });
  test.add(
    eventOf("existing_tags_attached", START_MS, {
      nodes: NODES,
      tags: ["site:pune"],
      user_id: "u",
    }),
  );
  for (const node of NODES) for (const event of minutesOf(node, START_MS, 1)) test.add(event);
  for (const event of minutesOf("other", START_MS, 1, -20, 50)) test.add(event);
  // Half of the site is back at minute 40, and one node stays away.
  for (const node of ["b", "c"])
    for (const event of minutesOf(node, START_MS, -20, 40)) test.add(event);
  for (const event of minutesOf("a", START_MS, -20)) test.add(event);
  return test;
}

const shown = (test: BackTest, toMs?: number) =>
  test
    .alarms(toMs)
    .map(({ nodeId, startMs, raisedMs, endMs }) => [
      nodeId,
      ...[startMs, raisedMs, endMs].map((atMs) =>
        atMs === undefined ? "open" : (atMs - START_MS) / MIN,
      ),
    ])
    .toSorted();

test("an outage holds back the alarms of its nodes, and of no others", () => {
  expect(shown(backTest([OUTAGE, OFFLINE]))).toEqual([
    ["a", 20, 50, "open"],
    ["other", 20, 30, 50],
    ["tag:site:pune", 20, 20, 40],
  ]);
  expect(shown(backTest([OUTAGE]))).toEqual([["tag:site:pune", 20, 20, 40]]);
  expect(shown(backTest([OFFLINE]))).toHaveLength(4);
});

test("an outage before the range holds back alarms of the range", () => {
  const test = backTest([OUTAGE, OFFLINE], 21);
  for (const event of minutesOf("d", START_MS, -25)) test.add(event);
  expect(shown(test)).toEqual([["d", 25, 50, "open"]]);
});

test("nodes that have not changed count if they are stored", () => {
  const test = backTest([OUTAGE]);
  for (const node of ["x", "y", "z"]) {
    const record = recordOf(project(minutesOf(node, START_MS - 3000 * MIN, 1), 0), node);
    test.addStored({ ...record, tags: ["site:pune"] });
  }
  // Three of seven nodes are not half of them.
  expect(shown(test)).toEqual([]);
  for (const event of minutesOf("d", START_MS, -25)) test.add(event);
  expect(shown(test)).toEqual([["tag:site:pune", 25, 25, 40]]);
});

test("an outage says how many nodes were offline, and which", () => {
  const [outage] = backTest([OUTAGE]).alarms();
  expect(outage).toMatchObject({ memberCount: 3, members: ["a", "b", "c"] });
});

test("a range that ends earlier knows nothing of what came after", () => {
  const test = backTest([OFFLINE]);
  expect(shown(test, START_MS + 35 * MIN).map(([node, , , end]) => [node, end])).toEqual(
    ["a", "b", "c", "other"].map((node) => [node, "open"]),
  );
  expect(shown(test, START_MS + 25 * MIN)).toEqual([]);
});

test("a series has its first values if none came in the day before, and else begins with a value within the bounds", () => {
  const hot = { name: "hot", kind: "threshold", series: "T", above: 30 };
  const versions = [
    { rule: readRule(JSON.stringify(hot)), version: 1, fromMs: 0, untilMs: undefined },
  ];
  const startsOf = (fromMin: number) => {
    const one = new BackTest({
      versions,
      fromMs: START_MS + fromMin * MIN,
      toMs: START_MS + 120 * MIN,
    });
    const records = [31, 35, 20, 36].map((v, index) => ({ t: START_MS / 1000 + 600 * index, v }));
    const ts_data = [{ name: "T", dt: "float", records }];
    one.add(eventOf("node_ts_data", START_MS, { node_id: "kitchen", ts_data }));
    return shown(one).map(([, startMin]) => startMin);
  };
  expect(startsOf(0)).toEqual([0, 30]);
  expect(startsOf(1)).toEqual([30]);
});
