import { expect, it } from "@jest/globals";
import type { TestStage } from "@rainhooks/app-local/testing/test-stage";
import { readAlarmsOf } from "@rainhooks/extensions/alarms/alarms/alarm-store";
import { watch } from "@rainhooks/extensions/alarms/functions/watch/scheduled";
import { readWatchRules } from "@rainhooks/extensions/alarms/rules/rule-store";
import { alarmsTable, watchRulesTable } from "@rainhooks/extensions/alarms/watch-tables";
import { roleAllows } from "@rainhooks/infra/testing/role-allows";
import { publishEvent } from "@rainhooks/local/aws/publish";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { eventually } from "@rainhooks/testing/eventually";
import { deployedName } from "@rainhooks/webhook/names";
import type { StagePlay, ToolCall } from "../stage-play.ts";
import { addRules } from "./played-sweep.ts";

const NODE = "node-that-is-gone";

/** Adds a rule that holds from a time. One of a command begins to hold 90 seconds later. */
export async function addRuleAt(stage: Stage, definition: object, fromMs: number): Promise<void> {
  await addRules(
    stage.clients.dynamodb,
    [definition],
    fromMs,
    deployedName("local", watchRulesTable.name),
  );
}

/**
 * Adds a rule about nodes and one about series. A function that has run before knows them a minute
 * later. They are about one node alone: with an alarm of another one that has just been sent, that
 * of this one would wait for five minutes.
 */
async function addAlarmRules(stage: Stage): Promise<void> {
  const where = `node.id == "${NODE}"`;
  for (const rule of [
    { name: "gone", kind: "offline", for: "5m", where },
    { name: "hot", kind: "threshold", series: "T", above: 30, where },
  ])
    await addRuleAt(stage, rule, Date.now() + 1000);
  const { length } = (await readWatchRules(tableOf(stage, watchRulesTable))).rules;
  if (length !== 2) throw new Error(`There are ${length} rules.`);
}

function tableOf({ clients }: Stage, { name }: { readonly name: string }) {
  return { client: clients.dynamodb, tableName: deployedName("local", name) };
}

/**
 * Lets a local stage find an alarm of a node and one of a series by these rules, and send events
 * about them.
 */
async function raiseAlarms(stage: Stage): Promise<void> {
  const alarms = async () => {
    await publishEvent(
      stage,
      "rmaker.event.node_disconnected",
      { node_id: NODE },
      Date.now() - 600_000,
    );
    const ts_data = [
      {
        name: "T",
        dt: "float",
        records: [20, 40].map((v, index) => ({ t: Math.floor(Date.now() / 1000) + index - 9, v })),
      },
    ];
    await publishEvent(stage, "rmaker.event.node_ts_data", { node_id: NODE, ts_data });
    return readAlarmsOf(tableOf(stage, alarmsTable), NODE);
  };
  const sentRules = (all: Awaited<ReturnType<typeof alarms>>) =>
    new Set(all.flatMap(({ knownAs, rule }) => (knownAs === undefined ? [] : [rule])));
  await eventually(alarms, (all) => sentRules(all).size === 2, {
    timeoutMs: 120_000,
    everyMs: 3000,
  });
}

/** Lets a rule find a node that is offline; returns the calls that have the alarm. */
async function findNode({ stage }: TestStage): Promise<readonly ToolCall[]> {
  await addRuleAt(stage, { name: "gone", kind: "offline", for: "5m" }, Date.now() + 1000);
  await publishEvent(
    stage,
    "rmaker.event.node_disconnected",
    { node_id: "attic" },
    Date.now() - 600_000,
  );
  await stage.runScheduled();
  const [{ alarmId = "" } = {}] = await eventually(
    () => readAlarmsOf(tableOf(stage, alarmsTable), "attic"),
    ({ length }) => length === 1,
    { everyMs: 1000 },
  );
  return [
    ["listAlarms", { state: "all" }, ["alarms", "ls", "--state", "all"]],
    ["getAlarm", { alarm: alarmId }, ["alarms", "show", alarmId]],
    ["listWatchRules", {}, ["watch", "ls"]],
    ["showRule", { name: "gone" }, ["watch", "show", "gone"]],
  ];
}

/** Rules and alarms, in tests of a whole stage. */
export const alarmPlay: StagePlay = {
  prepare: addAlarmRules,
  play: ({ stage }) => raiseAlarms(stage),
  ask: async (get) => {
    for (const path of ["alarms", "watch-rules"]) await get(`/v1/${path}`);
    const { alarms = [] } = await get("/v1/alarms?state=all");
    await get(`/v1/alarms/${alarms[0]?.["alarmId"]}`);
  },
  calls: {
    watch: [
      "dynamodb:DeleteItem rainhooks-dev-alarms",
      "dynamodb:GetItem rainhooks-dev-alarms",
      "dynamodb:GetItem rainhooks-dev-node-status",
      "dynamodb:PutItem rainhooks-dev-alarms",
      "dynamodb:Query rainhooks-dev-alarms",
      "dynamodb:Query rainhooks-dev-alarms/index/by-due",
      "dynamodb:Query rainhooks-dev-node-status",
      "dynamodb:Query rainhooks-dev-node-status/index/by-mark",
      "dynamodb:Query rainhooks-dev-node-status/index/by-status",
      "dynamodb:Query rainhooks-dev-node-timeline",
      "dynamodb:Query rainhooks-dev-time-series",
      "dynamodb:Query rainhooks-dev-time-series/index/by-mark",
      "dynamodb:Scan rainhooks-dev-node-status",
      "dynamodb:Scan rainhooks-dev-watch-rules",
      "sns:Publish rainhooks-dev-alarm-changed",
      "sqs:GetQueueAttributes rainhooks-dev-node-status",
      "sqs:GetQueueAttributes rainhooks-dev-time-series",
    ],
    "node-status": ["dynamodb:Scan rainhooks-dev-watch-rules"],
    "query-api": [
      "dynamodb:GetItem rainhooks-dev-alarms",
      "dynamodb:Query rainhooks-dev-alarms/index/by-alarm-id",
      "dynamodb:Query rainhooks-dev-alarms/index/by-day",
      "dynamodb:Query rainhooks-dev-alarms/index/by-open",
      "dynamodb:Scan rainhooks-dev-watch-rules",
    ],
    "time-series": ["dynamodb:Scan rainhooks-dev-watch-rules"],
  },
  tests: (_, stack) => {
    it("let node status note how far it has come, which it does when rules have existed for a minute", async () => {
      expect(
        await roleAllows(stack, "node-status", "dynamodb:UpdateItem", "rainhooks-dev-alarms"),
      ).toBe(true);
    });
  },
  scheduled: [watch],
  beforeGolden: (stage) =>
    addRuleAt(stage, { name: "gone", kind: "offline", for: "5m", severity: "high" }, Date.now()),
  tools: findNode,
};
