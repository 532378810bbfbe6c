import { PublishCommand } from "@aws-sdk/client-sns";
import type { Stage } from "@rainhooks/local-aws";
import { eventually } from "@rainhooks/testing";
import { changeWatchRule, readAlarmsOf, readRule, readWatchRules } from "@rainhooks/watch";
import { alarmsTable, watchRulesTable } from "@rainhooks/watch/table";
import { deployedName } from "@rainhooks/webhook/define";

const NODE = "node-that-is-gone";

/** Lets a local stage find an alarm of a node and one of a series, and send events about them. */
export async function raiseAlarms({ clients, provisioned }: Stage): Promise<void> {
  const tableOf = ({ name }: { readonly name: string }) => ({
    client: clients.dynamodb,
    tableName: deployedName("local", name),
  });
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
  for (const rule of [
    { name: "gone", kind: "offline", for: "5m" },
    { name: "hot", kind: "threshold", series: "T", above: 30 },
  ]) {
    const change = { status: "in-force", rule: readRule(JSON.stringify(rule)) } as const;
    await changeWatchRule(tableOf(watchRulesTable), rule.name, change, Date.now() + 1000);
  }
  expectRules(await readWatchRules(tableOf(watchRulesTable)));
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
    return readAlarmsOf(tableOf(alarmsTable), NODE);
  };
  const sentRules = (all: Awaited<ReturnType<typeof alarms>>) =>
    new Set(all.flatMap(({ knownAs, rule }) => (knownAs === undefined ? [] : [rule])));
  await eventually(alarms, (all) => sentRules(all).size === 2, {
    timeoutMs: 120_000,
    everyMs: 3000,
  });
}

function expectRules({ rules }: Awaited<ReturnType<typeof readWatchRules>>): void {
  if (rules.length !== 2) throw new Error(`There are ${rules.length} rules.`);
}
