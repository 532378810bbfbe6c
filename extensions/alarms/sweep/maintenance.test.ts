import { expect, it } from "@jest/globals";
import { putMaintenance } from "../rules/rule-store.ts";
import { eachStage, eventOf, minutesOf, type PlayedStage } from "../testing/played-stage.ts";

const START_MS = Date.UTC(2026, 10, 24);
const MIN = 60_000;
const RULES = [
  { name: "gone", kind: "offline", for: "10m" },
  { name: "hot", kind: "threshold", series: "T", above: 30 },
];

let stage: PlayedStage;
eachStage(START_MS, RULES, (one) => {
  stage = one;
});

const at = (minute: number) => {
  stage.nowMs = START_MS + minute * MIN;
};
const value = (node_id: string, v: number) => {
  const records = [{ t: stage.nowMs / 1000, v }];
  return stage.write([
    eventOf("node_ts_data", stage.nowMs, {
      node_id,
      ts_data: [{ name: "T", dt: "float", records }],
    }),
  ]);
};
const told = () =>
  stage.sent.flatMap(({ notice, rule, alarms }) =>
    alarms.map(({ node_id }) => `${notice} ${rule} ${node_id}`),
  );

it("a maintenance window of some nodes holds back alarms of their series, too, although the rule asks for no node", async () => {
  at(1);
  const info = { type: "thermometer" };
  await stage.write([
    eventOf("node_config_changed", stage.nowMs, { node_id: "n0", config: { info } }),
  ]);
  const window = { name: "move", fromMs: START_MS, toMs: START_MS + 60 * MIN };
  await putMaintenance(stage.tables.rules, { ...window, where: 'node.type == "thermometer"' });
  at(2);
  await value("n0", 31);
  await value("n1", 31);
  await stage.sweep();
  expect(told()).toEqual(["raised hot n1"]);
});

it("a maintenance window of nodes with a tag holds back their alarms, although no rule asks for tags", async () => {
  const window = { name: "move", fromMs: START_MS, toMs: START_MS + 60 * MIN };
  await putMaintenance(stage.tables.rules, { ...window, where: '"site:pune" in node.tags' });
  at(1);
  const data = { nodes: ["n0"], tags: ["site:pune"], user_id: "u" };
  await stage.write([
    eventOf("existing_tags_attached", stage.nowMs, data),
    ...minutesOf("n0", START_MS, -1),
    ...minutesOf("n1", START_MS, -1),
  ]);
  at(12);
  await stage.sweep();
  expect(told()).toEqual(["raised gone n1"]);
});
