import { PublishCommand } from "@aws-sdk/client-sns";
import { readAlarmsOf } from "@rainhooks/extensions/alarms/alarms/alarm-store";
import { readRule } from "@rainhooks/extensions/alarms/rule/read-rule";
import { changeWatchRule, readWatchRules } from "@rainhooks/extensions/alarms/rules/rule-store";
import { alarmsTable, watchRulesTable } from "@rainhooks/extensions/alarms/watch-tables";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import { eventually } from "@rainhooks/testing/eventually";
import { deployedName } from "@rainhooks/webhook/names";

const NODE = "node-that-is-gone";

/**
 * Adds a rule about nodes and one about series. A function that has run before knows them a minute later.
 * They are about one node alone: with an alarm of another one that has just been sent, that of this one would
 * wait for five minutes.
 */
export async function addAlarmRules(stage: Stage): Promise<void> {
  const rules = tableOf(stage, watchRulesTable);
  const where = `node.id == "${NODE}"`;
  for (const rule of [
    { name: "gone", kind: "offline", for: "5m", where },
    { name: "hot", kind: "threshold", series: "T", above: 30, where },
  ]) {
    const change = { status: "in-force", rule: readRule(JSON.stringify(rule)) } as const;
    await changeWatchRule(rules, rule.name, change, Date.now() + 1000);
  }
  const { length } = (await readWatchRules(rules)).rules;
  if (length !== 2) throw new Error(`There are ${length} rules.`);
}

function tableOf({ clients }: Stage, { name }: { readonly name: string }) {
  return { client: clients.dynamodb, tableName: deployedName("local", name) };
}

/**
 * Lets a local stage find an alarm of a node and one of a series by these rules, and send events about them.
 */
export async function raiseAlarms(stage: Stage): Promise<void> {
  const { clients, provisioned } = stage;
  const publish = async (
    type: "node_disconnected" | "node_ts_data",
    event_data: object,
    timestamp: number,
  ) => {
    const event_type = `rmaker.event.${type}` as const;
    const TopicArn = provisioned.topics.get(event_type);
    await clients.sns.send(
      new PublishCommand({ TopicArn, Message: JSON.stringify({ event_type, timestamp, event_data }) }),
    );
  };
  const alarms = async () => {
    await publish("node_disconnected", { node_id: NODE }, Date.now() - 600_000);
    const ts_data = [
      {
        name: "T",
        dt: "float",
        records: [20, 40].map((v, index) => ({ t: Math.floor(Date.now() / 1000) + index - 9, v })),
      },
    ];
    await publish("node_ts_data", { node_id: NODE, ts_data }, Date.now());
    return readAlarmsOf(tableOf(stage, alarmsTable), NODE);
  };
  const sentRules = (all: Awaited<ReturnType<typeof alarms>>) =>
    new Set(all.flatMap(({ knownAs, rule }) => (knownAs === undefined ? [] : [rule])));
  await eventually(alarms, (all) => sentRules(all).size === 2, {
    timeoutMs: 120_000,
    everyMs: 3000,
  });
}
