import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startTables, type TestTables } from "@rainhooks/embedded-dynamodb/test-tables";
import { dynamoDbRuleStore } from "./dynamodb-store.ts";
import { readFilterRules } from "./filter-results.ts";
import { filterRulesTable } from "./filter-rules-table.ts";
import type { RuleHistory } from "./history.ts";
import { type FilterRule, type RuleKey, ruleKeyText, systemKey } from "./rule.ts";
import { ruleItemKey } from "./rule-item.ts";
import { writeRules } from "./rule-table.ts";

const ALERT = systemKey("rmaker.event.alert");
const rule: FilterRule = { ...ALERT, enabled: true, integrations: [] };

let tables: TestTables;
beforeAll(async () => {
  tables = await startTables();
  await tables.create(filterRulesTable);
});
afterAll(() => tables.stop());

async function isAlertKnown(atMs: number): Promise<boolean> {
  const table = { client: tables.client, tableName: filterRulesTable.name };
  const histories = await dynamoDbRuleStore(table).fetch([ALERT]);
  const history: RuleHistory | undefined = histories.get(ruleKeyText(ALERT));
  return (await readFilterRules(table)).isKnown(ALERT, history, atMs);
}

it("it is known which rule was in force, as long as its history is kept", async () => {
  const table = { client: tables.client, tableName: filterRulesTable.name };
  const TableName = table.tableName;
  expect(await isAlertKnown(5)).toBe(true);
  await writeRules(table, [rule], [], { fromMs: 10 });
  expect([await isAlertKnown(5), await isAlertKnown(10)]).toEqual([true, true]);
  const withoutHistory = { ...ruleItemKey(ALERT), version: { N: "1" } };
  await tables.client.send(new PutItemCommand({ TableName, Item: withoutHistory }));
  expect([await isAlertKnown(5), await isAlertKnown(Date.now())]).toEqual([false, false]);
  await writeRules(table, [{ ...rule, enabled: false }], [], { fromMs: 20 });
  expect([await isAlertKnown(19), await isAlertKnown(20)]).toEqual([false, true]);
  await writeRules(table, [], [ALERT], { fromMs: 30 });
  expect([await isAlertKnown(19), await isAlertKnown(30)]).toEqual([false, true]);
  await tables.client.send(new DeleteItemCommand({ TableName, Key: ruleItemKey(ALERT) }));
  expect([await isAlertKnown(5), await isAlertKnown(30)]).toEqual([false, false]);
});

function nodeKey(entityId: string): RuleKey {
  return { level: "node", entityId, eventType: "rmaker.event.node_connected" };
}

it("the same rules are found when a reader has read all of them at once, or has too many for that", async () => {
  const table = { client: tables.client, tableName: filterRulesTable.name };
  const rules = Array.from({ length: 10 }, (_, index) => ({
    ...nodeKey(`n${index}`),
    enabled: false,
    integrations: ["a", "b"],
  }));
  await writeRules(table, rules, []);
  const keys = ["n0", "n1", "n2", "nobody"].map(nodeKey);
  const found = await dynamoDbRuleStore(table).fetch(keys);
  expect(found.size).toBe(3);
  for (const maxRules of [rules.length, 1]) {
    const { rules: store } = await readFilterRules(table, maxRules);
    expect(await store.fetch(keys)).toEqual(found);
  }
});
